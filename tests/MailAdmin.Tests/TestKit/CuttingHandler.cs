namespace MailAdmin.Tests.TestKit;

/// <summary>Ends the program after so many steps: a request was carried out and its answer never seen, as when the process dies.</summary>
internal sealed class CuttingHandler(HttpMessageHandler inner, int after) : DelegatingHandler(inner)
{
    private bool _armed;
    private int _left = after;

    /// <summary>Looks on after each step.</summary>
    public Action? Watch { get; init; }

    public void Arm() => _armed = true;

    /// <summary>A step other than a request.</summary>
    public void Step()
    {
        Watch?.Invoke();
        if (_armed && --_left == 0)
        {
            throw new OperationCanceledException();
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        Step();
        return response;
    }
}
