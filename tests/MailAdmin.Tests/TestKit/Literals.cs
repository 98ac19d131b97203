using System.Reflection;
using System.Reflection.Emit;
using System.Text;

namespace MailAdmin.Tests.TestKit;

/// <summary>The texts in an assembly's compiled code. What is interpolated into one is put together again, with an x for each hole.</summary>
internal static class Literals
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Reads an assembly.</summary>
    /// <param name="assembly">It, loaded beside what it references.</param>
    /// <returns>Each text with the outermost type that has it.</returns>
    public static IEnumerable<(Type Type, string Text)> Of(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared))
        where method.Name != "PrintMembers" // A record's, which the compiler writes.
        from text in Of(method)
        select (Outermost(type), text);

    private static IEnumerable<string> Of(MethodBase method)
    {
        var text = new StringBuilder();
        foreach (var literal in Loaded(method))
        {
            // A part begins where the text before it has a hole. Every other literal is a text of its own.
            if (text.Length > 0 && IsWhole(text, literal))
            {
                yield return text.ToString();
                text.Clear();
            }

            text.Append(text.Length > 0 ? "x" : "").Append(literal);
        }

        if (text.Length > 0)
        {
            yield return text.ToString();
        }
    }

    /// <summary>Whether a new text begins: after the end of a sentence, at a capital, or where nothing shows a hole.</summary>
    private static bool IsWhole(StringBuilder text, string next)
    {
        if (next.Length == 0 || char.IsUpper(next[0]) || text[^1] is '.' or '!' or '?')
        {
            return true;
        }

        if (next.StartsWith(", ", StringComparison.Ordinal) || next.StartsWith(" and ", StringComparison.Ordinal))
        {
            return true;
        }

        return !" '\"),.:;".Contains(next[0], StringComparison.Ordinal) && text[^1] is not (' ' or '\'' or '"' or '(');
    }

    private static IEnumerable<string> Loaded(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
        {
            yield break;
        }

        foreach (var (code, operand) in Instructions.Of(il))
        {
            if (code == OpCodes.Ldstr)
            {
                yield return method.Module.ResolveString(BitConverter.ToInt32(il, operand));
            }
        }
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
