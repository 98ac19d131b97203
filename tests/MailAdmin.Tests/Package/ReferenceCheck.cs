using System.Reflection.Metadata;

namespace MailAdmin.Tests.Package;

/// <summary>
/// Looks up what assemblies were compiled against in the assemblies that they will meet: other assemblies and their versions, types,
/// methods and fields. An assembly serves a reference to its own version or a lower one, as in the runtime's own rule
/// (https://learn.microsoft.com/dotnet/core/dependency-loading/understanding-assemblyloadcontext).
/// </summary>
/// <param name="present">The assemblies to look in; of two with one name, the first is what is loaded.</param>
internal sealed class ReferenceCheck(IEnumerable<AssemblyOnDisk> present)
{
    private readonly Dictionary<string, AssemblyOnDisk> _present = present.DistinctBy(a => a.Name).ToDictionary(a => a.Name);

    /// <summary>What an assembly refers to and is not there; empty when all is.</summary>
    public IEnumerable<string> MissingFor(AssemblyOnDisk assembly) =>
        MissingAssemblies(assembly).Concat(MissingTypes(assembly)).Concat(MissingMembers(assembly)).Distinct();

    private IEnumerable<string> MissingAssemblies(AssemblyOnDisk assembly)
    {
        foreach (var reference in assembly.Metadata.AssemblyReferences.Select(assembly.Metadata.GetAssemblyReference))
        {
            var name = assembly.Metadata.GetString(reference.Name);
            if (!_present.TryGetValue(name, out var found))
            {
                yield return $"{assembly.Name}: the assembly {name} {reference.Version}";
            }
            else if (found.Version < reference.Version)
            {
                yield return $"{assembly.Name}: the assembly {name} {reference.Version}, but {found.Version}";
            }
        }
    }

    // Types of an assembly that is missing as a whole are not listed one by one.
    private IEnumerable<string> MissingTypes(AssemblyOnDisk assembly) =>
        from handle in assembly.Metadata.TypeReferences
        let scope = ScopeOf(assembly, handle)
        where scope is not null && _present.ContainsKey(scope) && Resolve(assembly, handle) is null
        select $"{assembly.Name}: the type {SignatureText.NameOf(assembly.Metadata, handle)} of {scope}";

    private IEnumerable<string> MissingMembers(AssemblyOnDisk assembly)
    {
        foreach (var reference in assembly.Metadata.MemberReferences.Select(assembly.Metadata.GetMemberReference))
        {
            // A parent that is no class (an array, a module) or that is missing itself has no members to look up.
            if (Resolve(assembly, reference.Parent) is not { } parent)
            {
                continue;
            }

            var name = assembly.Metadata.GetString(reference.Name);
            var signature = reference.GetKind() == MemberReferenceKind.Method
                ? SignatureText.Of(reference.DecodeMethodSignature(SignatureText.Provider, null))
                : reference.DecodeFieldSignature(SignatureText.Provider, null);
            if (!Has(parent, name, signature))
            {
                yield return $"{assembly.Name}: the member {SignatureText.Provider.GetTypeFromDefinition(parent.In.Metadata, parent.Type, 0)}::{name} {signature}";
            }
        }
    }

    private bool Has((AssemblyOnDisk In, TypeDefinitionHandle Type) type, string name, string signature)
    {
        if (type.In.MembersOf(type.Type)[name].Contains(signature))
        {
            return true;
        }

        var parent = type.In.Metadata.GetTypeDefinition(type.Type).BaseType;
        return Resolve(type.In, parent) is { } found
            && (parent.Kind == HandleKind.TypeSpecification ? found.In.MembersOf(found.Type).Contains(name) || Has(found, name, signature) : Has(found, name, signature));
    }

    private (AssemblyOnDisk In, TypeDefinitionHandle Type)? Resolve(AssemblyOnDisk from, EntityHandle handle) => handle.Kind switch
    {
        _ when handle.IsNil => null,
        HandleKind.TypeDefinition => (from, (TypeDefinitionHandle)handle),
        HandleKind.TypeReference => Resolve(from, (TypeReferenceHandle)handle),
        HandleKind.TypeSpecification => Generic(from, (TypeSpecificationHandle)handle) is { IsNil: false } generic ? Resolve(from, generic) : null,
        _ => null,
    };

    private (AssemblyOnDisk In, TypeDefinitionHandle Type)? Resolve(AssemblyOnDisk from, TypeReferenceHandle handle)
    {
        var name = SignatureText.NameOf(from.Metadata, handle);
        for (var at = ScopeOf(from, handle) is { } scope ? _present.GetValueOrDefault(scope) : null; at is not null;)
        {
            if (at.Find(name) is { } type)
            {
                return (at, type);
            }

            at = at.ForwardedTo(name) is { } next ? _present.GetValueOrDefault(next) : null;
        }

        return null;
    }

    /// <summary>The type whose instantiation a specification is; nil for arrays and the like.</summary>
    private static EntityHandle Generic(AssemblyOnDisk assembly, TypeSpecificationHandle handle)
    {
        var blob = assembly.Metadata.GetBlobReader(assembly.Metadata.GetTypeSpecification(handle).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        // Class or value type.
        blob.ReadByte();
        return blob.ReadTypeHandle();
    }

    private static string? ScopeOf(AssemblyOnDisk assembly, TypeReferenceHandle handle) => assembly.Metadata.GetTypeReference(handle).ResolutionScope switch
    {
        { Kind: HandleKind.TypeReference } outer => ScopeOf(assembly, (TypeReferenceHandle)outer),
        { Kind: HandleKind.AssemblyReference } scope => assembly.Metadata.GetString(assembly.Metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
        _ => null,
    };
}
