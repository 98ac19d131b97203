using System.Globalization;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Sizes as Exchange reads and writes them: "35 MB (36,700,160 bytes)"
/// (https://learn.microsoft.com/powershell/module/exchange/set-mailbox, -MaxSendSize).
/// </summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>Returns a size parameter; null if it's missing.</summary>
    /// <exception cref="AdminRefusal">It is no size.</exception>
    public static long? Read(AdminCall call, string parameter)
    {
        if (call.Text(parameter) is not { } text)
        {
            return null;
        }

        if (string.Equals(text, "unlimited", StringComparison.OrdinalIgnoreCase))
        {
            return long.MaxValue;
        }

        var number = new string([.. text.TrimStart().TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        var unit = text.Trim()[number.Length..].Split('(')[0].Trim();
        var power = unit.Length == 0 ? 0 : Array.FindIndex(Units, u => u.Equals(unit, StringComparison.OrdinalIgnoreCase));
        return power >= 0 && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size)
            ? (long)(size * Math.Pow(1024, power))
            : throw AdminRefusal.Binding(
                $"Cannot process argument transformation on parameter '{parameter}'. Cannot convert value \"{text}\" to type "
                    + "\"Microsoft.Exchange.Data.Unlimited`1[Microsoft.Exchange.Data.ByteQuantifiedSize]\".");
    }

    /// <summary>Formats a size as Exchange does.</summary>
    public static string Text(long size)
    {
        if (size == long.MaxValue)
        {
            return "Unlimited";
        }

        var power = 0;
        var value = (double)size;
        while (value >= 1024 && power < Units.Length - 1)
        {
            (value, power) = (value / 1024, power + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {Units[power]} ({size:N0} bytes)");
    }
}
