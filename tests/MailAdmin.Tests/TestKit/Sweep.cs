namespace MailAdmin.Tests.TestKit;

/// <summary>
/// Sweeps that are longer than one run can be take turns: a run tries one in so many of the cases at each place, the next run others.
/// With MAILADMIN_SWEEP=whole, a run tries all of them: the campaign behind .ci/run --long.
/// </summary>
internal static class Sweep
{
    private static readonly bool IsWhole = Environment.GetEnvironmentVariable("MAILADMIN_SWEEP") == "whole";

    /// <summary>Decides which cases a run tries: with MAILADMIN_SWEEP_SEED, it tries the same ones again.</summary>
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("MAILADMIN_SWEEP_SEED"), out var seed)
        ? seed : Environment.TickCount & int.MaxValue;

    /// <summary>The cases for one place, such as a parameter or a field.</summary>
    /// <param name="place">Its name, so that the places of one run get different cases.</param>
    /// <param name="cases">The cases to choose from.</param>
    /// <param name="turns">How many runs it takes to try all of them.</param>
    /// <param name="shift">Another number below that of the turns gives other cases of the same place.</param>
    public static IReadOnlyList<T> For<T>(string place, IReadOnlyList<T> cases, int turns, int shift = 0)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{place}: MAILADMIN_SWEEP_SEED={Seed}");
        var turn = (place.Sum(static c => (int)c) + shift + (Seed % turns)) % turns;
        return IsWhole ? cases : [.. cases.Where((_, i) => i % turns == turn)];
    }
}
