using System.Globalization;
using System.Text;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Benchmarks;

/// <summary>What receiving over Graph asks of the service: the number of requests, how many at once, and the time that a slow network costs.</summary>
internal static class RequestsBenchmark
{
    private const int Messages = 1000;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mailadmin-requests-").FullName;
        try
        {
            var objects = await ReceiveAsync(new ReceiveOptions { Folders = ["Many"] });
            var files = await ReceiveAsync(new ReceiveOptions
            {
                Folders = ["Many"], Destination = folder, AfterProcessing = AfterProcessing.Move, MoveTo = "Done", Durability = Durability.None,
            });
            var fetches = files.Requests - files.Batches;
            var speed = (double)files.Requests / files.Count;
            bool[] holds =
            [
                Tell(objects.Requests <= 60, $"{Messages} messages with two attachments as objects: {objects.Requests} requests (bar 60)"),
                Tell(fetches <= 1060, $"{Messages} messages to .eml files with a move: {fetches} requests (bar 1060) and {files.Batches} batches"),
                Tell(speed >= 3.5, $"with {Latency.TotalMilliseconds:0} ms latency: {files.Count * Latency.TotalSeconds:0.00} s, {files.Requests * Latency.TotalSeconds:0.00} s one at a time: {speed:0.00} times as fast (bar 3.5)"),
                Tell(Math.Max(files.Most, objects.Most) <= 4, $"at once: {Math.Max(files.Most, objects.Most)} requests (bar 4)"),
            ];
            return holds.All(h => h) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Tell(bool holds, FormattableString what)
    {
        Console.WriteLine($"{what.ToString(CultureInfo.InvariantCulture)}: {(holds ? "holds" : "misses")}");
        return holds;
    }

    private static async Task<Rounds> ReceiveAsync(ReceiveOptions options)
    {
        var tenant = SandboxTenant.Create(new SandboxOptions());
        var rounds = new Rounds(tenant.Wire.Http);
        var session = await Session.SignInAsync(
            new Wire(rounds, tenant.Wire.OpenStream, tenant.Wire.Time) { IsSandbox = true }, Cloud.Of(tenant.Environment), tenant.Domain, tenant.AdminApp.ClientId,
            new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)), CancellationToken.None);
        var app = await new AppProvisioner(session).EnsureAsync(
            new AppSpecification { Name = "Invoices", Permissions = PermissionName.ParseAll(["Graph/Mail.ReadWrite"], []), TenantWide = true }, CancellationToken.None);
        var mailbox = tenant.Mailboxes[0].Address;
        for (var i = 0; i < Messages; i++)
        {
            tenant.AddMessage(mailbox, "Many", Message(i), new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(i));
        }

        await using var store = MailboxAccess.Open(MailboxConnections.As(app, mailbox));
        var receiving = rounds.RunAsync(async () =>
        {
            var received = 0;
            await foreach (var delivery in new MailReceiver(store, options).ReceiveAsync(CancellationToken.None))
            {
                received += delivery.Error is null ? 1 : 0;
                delivery.Acknowledge();
            }

            return received;
        });
        return await receiving == Messages ? rounds : throw new InvalidOperationException("Not every message was received.");
    }

    private static byte[] Message(int number)
    {
        var attachment = Convert.ToBase64String(new byte[20_000], Base64FormattingOptions.InsertLineBreaks);
        var text = new StringBuilder($"From: a@x.example\r\nSubject: {number}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n");
        for (var i = 0; i < 2; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"--b\r\nContent-Type: application/pdf; name=a{i}.pdf\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n{attachment}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("--b--\r\n").ToString());
    }

    /// <summary>
    /// A network on which every answer takes the same time, without waiting for it: requests that are under way together are answered
    /// together, as soon as no more come. Each such round stands for the latency once.
    /// </summary>
    private sealed class Rounds(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        /// <summary>In real time; the client has nothing else to do, and asks at once or not at all.</summary>
        private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(5);

        private readonly List<TaskCompletionSource> _waiting = [];
        private bool _isCounting;
        private int _running;

        public int Requests { get; private set; }

        public int Batches { get; private set; }

        public int Most { get; private set; }

        /// <summary>So many rounds it took.</summary>
        public int Count { get; private set; }

        public async Task<int> RunAsync(Func<Task<int>> work)
        {
            _isCounting = true;
            var working = Task.Run(work);
            while (!working.IsCompleted)
            {
                if (await IsDueAsync())
                {
                    Count++;
                    Release();
                }
            }

            return await working;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!_isCounting || request.RequestUri!.Host != "graph.microsoft.com")
            {
                return await base.SendAsync(request, cancellationToken);
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_waiting)
            {
                _waiting.Add(turn);
                Requests++;
                Batches += request.RequestUri.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal) ? 1 : 0;
                Most = Math.Max(Most, ++_running);
            }

            await turn.Task;
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                lock (_waiting)
                {
                    _running--;
                }
            }
        }

        private async Task<bool> IsDueAsync()
        {
            var (before, _) = Look();
            if (before < 4)
            {
                await Task.Delay(Quiet);
            }

            var (after, running) = Look();
            return after > 0 && after == running && (after >= 4 || after == before);
        }

        private (int Waiting, int Running) Look()
        {
            lock (_waiting)
            {
                return (_waiting.Count, _running);
            }
        }

        private void Release()
        {
            lock (_waiting)
            {
                _waiting.ForEach(turn => turn.SetResult());
                _waiting.Clear();
            }
        }
    }
}
