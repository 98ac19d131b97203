using System.Reflection;
using System.Reflection.Emit;

namespace MailAdmin.Tests.TestKit;

/// <summary>The instructions of a compiled method (ECMA-335, III.1.7).</summary>
internal static class Instructions
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    /// <summary>Reads the body of a method.</summary>
    /// <param name="il">Its bytes.</param>
    /// <returns>Each instruction with the offset of its operand.</returns>
    public static IEnumerable<(OpCode Code, int Operand)> Of(byte[] il)
    {
        for (var i = 0; i < il.Length;)
        {
            var code = OpCodesByValue[il[i] == 0xFE ? (short)(0xFE00 | il[i + 1]) : il[i]];
            i += code.Size;
            yield return (code, i);
            i += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, i)),
                _ => 4,
            };
        }
    }
}
