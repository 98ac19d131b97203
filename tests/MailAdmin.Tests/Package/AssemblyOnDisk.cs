using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MailAdmin.Tests.Package;

/// <summary>The metadata of an assembly in a file. It is read and never loaded, so it may be of any runtime.</summary>
internal sealed class AssemblyOnDisk
{
    private readonly Dictionary<string, TypeDefinitionHandle> _types = [];
    private readonly Dictionary<string, string> _forwarded = [];
    private readonly Dictionary<TypeDefinitionHandle, ILookup<string, string>> _members = [];

    public AssemblyOnDisk(string path)
    {
        Path = path;
        var file = new PEReader(File.OpenRead(path), PEStreamOptions.PrefetchMetadata);
        Metadata = file.GetMetadataReader();
        var definition = Metadata.GetAssemblyDefinition();
        Name = Metadata.GetString(definition.Name);
        Version = definition.Version;
        foreach (var handle in Metadata.TypeDefinitions)
        {
            _types.TryAdd(NameOf(handle), handle);
        }

        foreach (var handle in Metadata.ExportedTypes)
        {
            if (Target(handle) is { } assembly)
            {
                _forwarded.TryAdd(NameOf(handle), assembly);
            }
        }
    }

    public string Path { get; }

    public string Name { get; }

    public Version Version { get; }

    public MetadataReader Metadata { get; }

    /// <summary>The type of this name that is defined here.</summary>
    public TypeDefinitionHandle? Find(string type) => _types.TryGetValue(type, out var handle) ? handle : null;

    /// <summary>The assembly to which this one forwards the type; null when it does not.</summary>
    public string? ForwardedTo(string type) => _forwarded.GetValueOrDefault(type);

    /// <summary>The signatures of a type's methods and fields, by name.</summary>
    public ILookup<string, string> MembersOf(TypeDefinitionHandle handle)
    {
        if (!_members.TryGetValue(handle, out var members))
        {
            var type = Metadata.GetTypeDefinition(handle);
            var methods = type.GetMethods().Select(Metadata.GetMethodDefinition)
                .Select(m => (Name: Metadata.GetString(m.Name), Signature: SignatureText.Of(m.DecodeSignature(SignatureText.Provider, null))));
            var fields = type.GetFields().Select(Metadata.GetFieldDefinition)
                .Select(f => (Name: Metadata.GetString(f.Name), Signature: f.DecodeSignature(SignatureText.Provider, null)));
            _members[handle] = members = methods.Concat(fields).ToLookup(m => m.Name, m => m.Signature);
        }

        return members;
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        var type = Metadata.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType();
        return outer.IsNil ? SignatureText.Full(Metadata, type.Namespace, type.Name) : $"{NameOf(outer)}+{Metadata.GetString(type.Name)}";
    }

    private string NameOf(ExportedTypeHandle handle)
    {
        var type = Metadata.GetExportedType(handle);
        return type.Implementation.Kind == HandleKind.ExportedType
            ? $"{NameOf((ExportedTypeHandle)type.Implementation)}+{Metadata.GetString(type.Name)}"
            : SignatureText.Full(Metadata, type.Namespace, type.Name);
    }

    private string? Target(ExportedTypeHandle handle) => Metadata.GetExportedType(handle).Implementation switch
    {
        { Kind: HandleKind.ExportedType } outer => Target((ExportedTypeHandle)outer),
        { Kind: HandleKind.AssemblyReference } assembly => Metadata.GetString(Metadata.GetAssemblyReference((AssemblyReferenceHandle)assembly).Name),
        _ => null,
    };
}
