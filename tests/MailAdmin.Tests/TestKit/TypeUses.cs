using System.Reflection;
using System.Reflection.Emit;

namespace MailAdmin.Tests.TestKit;

/// <summary>Which types a type uses, by its compiled code: bases, signatures, attributes, and every token in a method's body.</summary>
/// <remarks>
/// Nested types and the compiler's own (closures, state machines) count for the type that they are nested in. A constant leaves
/// no trace in compiled code: its user holds a copy. ECMA-335, III.1.7.
/// </remarks>
internal static class TypeUses
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Reads an assembly.</summary>
    /// <param name="assembly">It, loaded beside what it references.</param>
    /// <returns>Each pair of outermost types once, none with itself.</returns>
    public static IEnumerable<(Type From, Type To)> Of(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => Used(type).SelectMany(Parts).Select(used => (From: Outermost(type), To: Outermost(used))))
        .Where(use => use.From != use.To)
        .Distinct();

    private static IEnumerable<Type?> Used(Type type)
    {
        var methods = type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared));
        return type.GetInterfaces().Append(type.BaseType)
            .Concat(type.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints()))
            .Concat(Attributes(type))
            .Concat(type.GetFields(Declared).SelectMany(f => Attributes(f).Append(f.FieldType)))
            .Concat(type.GetProperties(Declared).SelectMany(Attributes))
            .Concat(methods.SelectMany(m => Signature(m).Concat(Attributes(m)).Concat(Body(m))));
    }

    private static IEnumerable<Type?> Attributes(MemberInfo member) => member.CustomAttributes.Select(a => a.AttributeType);

    private static IEnumerable<Type?> Signature(MethodBase method) =>
        method.GetParameters().Select(p => p.ParameterType).Append((method as MethodInfo)?.ReturnType);

    private static IEnumerable<Type?> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            yield break;
        }

        var caught = body.ExceptionHandlingClauses
            .Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType!);
        foreach (var type in body.LocalVariables.Select(v => v.LocalType).Concat(caught))
        {
            yield return type;
        }

        var il = body.GetILAsByteArray()!;
        var ofType = method.DeclaringType!.GetGenericArguments();
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (var (code, operand) in Instructions.Of(il))
        {
            if (code.OperandType is not (OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType))
            {
                continue;
            }

            var member = method.Module.ResolveMember(BitConverter.ToInt32(il, operand), ofType, ofMethod)!;
            yield return member as Type ?? member.DeclaringType;
            if (member is MethodBase called)
            {
                foreach (var type in Signature(called).Concat(called.IsGenericMethod ? called.GetGenericArguments() : []))
                {
                    yield return type;
                }
            }
            else if (member is FieldInfo field)
            {
                yield return field.FieldType;
            }
        }
    }

    /// <summary>A constructed type is made of its definition and its arguments, an array of its elements.</summary>
    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null or { IsGenericParameter: true } => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
