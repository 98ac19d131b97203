using System.Globalization;
using System.Management.Automation;

namespace MailAdmin;

/// <summary>Reads texts from the properties of objects of any origin, also deserialized ones.</summary>
internal static class ObjectText
{
    /// <summary>The object itself, without PowerShell's wrapper.</summary>
    /// <param name="given">Any object.</param>
    public static object? Base(object? given) =>
        given is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : given;

    /// <summary>The text of the first of these properties that has one.</summary>
    /// <param name="given">The object.</param>
    /// <param name="properties">Names of properties, the most telling one first.</param>
    /// <returns>Null when none of them holds a text or a value such as a GUID or an address.</returns>
    public static string? First(PSObject given, params string[] properties) => properties
        .Select(p => TextOf(Base(given.Properties[p]?.Value))).FirstOrDefault(t => !string.IsNullOrWhiteSpace(t));

    /// <summary>Returns the name of an object for an error.</summary>
    /// <param name="given">The object.</param>
    public static string Name(PSObject given) => $"{given}" is { Length: > 0 } text ? text : given.TypeNames[0];

    private static string? TextOf(object? value) => value switch
    {
        string text => text,
        ValueType => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };
}
