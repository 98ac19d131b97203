using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests;

/// <summary>The faults that receiving has to survive are numbered; none may be forgotten.</summary>
public sealed partial class FaultListTests
{
    [Fact]
    public void Every_fault_that_receiving_meets_has_a_test_of_its_number()
    {
        var tested = typeof(FaultListTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<FactAttribute>() is { Explicit: false })
            .Select(method => FaultName().Match(method.Name)).Where(match => match.Success)
            .SelectMany(match => match.Groups["number"].Captures).Select(number => int.Parse(number.ValueSpan, CultureInfo.InvariantCulture)).ToHashSet();
        Assert.Equal([], Enumerable.Range(1, 32).Append(41).Except(tested));
    }

    [GeneratedRegex("^Faults?_(?<number>[0-9]+)(_and_(?<number>[0-9]+))*_")]
    private static partial Regex FaultName();
}
