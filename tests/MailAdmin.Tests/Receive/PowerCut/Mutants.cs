using MailAdmin.Core.Files;

namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>A file system that does as it is told; a mutant of it does one thing wrong.</summary>
/// <param name="inner">The one that does it.</param>
internal abstract class FilesMutant(IFileSystem inner) : IFileSystem
{
    protected IFileSystem Inner => inner;

    public virtual WritableFile Create(string path) => new MutantFile(this, inner.Create(path));

    public virtual WritableFile OpenAppend(string path) => new MutantFile(this, inner.OpenAppend(path));

    public void Protect(string path) => inner.Protect(path);

    public virtual void MarkOfTheWeb(string path) => inner.MarkOfTheWeb(path);

    public void Truncate(string path, long length) => inner.Truncate(path, length);

    public IDisposable Lock(string path) => inner.Lock(path);

    public virtual void Rename(string from, string to, bool overwrite) => inner.Rename(from, to, overwrite);

    public void RenameFolder(string from, string to) => inner.RenameFolder(from, to);

    public virtual void Remove(string path) => inner.Remove(path);

    public void RemoveFolder(string path) => inner.RemoveFolder(path);

    public void MakeFolder(string path) => inner.MakeFolder(path);

    public virtual void FlushFolder(string path) => inner.FlushFolder(path);

    /// <summary>A message was filed, or the run is over.</summary>
    public virtual void AfterFiling()
    {
    }

    protected virtual void FlushFile(WritableFile file) => file.FlushToDisk();

    protected virtual void Write(WritableFile file, ReadOnlySpan<byte> octets) => file.Write(octets);

    private sealed class MutantFile(FilesMutant mutant, WritableFile file) : WritableFile
    {
        public override string Name => file.Name;

        public override long Length => file.Length;

        public override long Position
        {
            get => file.Position;
            set => file.Position = value;
        }

        public override void BeginFlush()
        {
        }

        public override void FlushToDisk() => mutant.FlushFile(file);

        public override void Write(ReadOnlySpan<byte> buffer) => mutant.Write(file, buffer);

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

        public override void SetLength(long value) => file.SetLength(value);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>Right in all but that it waits for no disk: for the runs after a cut, which are not cut themselves.</summary>
internal sealed class Unflushed() : FilesMutant(FileSystem.OfMachine)
{
    public override void FlushFolder(string path)
    {
    }

    protected override void FlushFile(WritableFile file)
    {
    }
}

internal sealed class FileFlushSwallowed(IFileSystem inner) : FilesMutant(inner)
{
    protected override void FlushFile(WritableFile file)
    {
    }
}

internal sealed class FolderFlushSwallowed(IFileSystem inner, string? only) : FilesMutant(inner)
{
    public override void FlushFolder(string path)
    {
        if (only is not null && !path.EndsWith(only, StringComparison.Ordinal))
        {
            base.FlushFolder(path);
        }
    }
}

internal sealed class LedgerAppendSwallowed(IFileSystem inner) : FilesMutant(inner)
{
    protected override void Write(WritableFile file, ReadOnlySpan<byte> octets)
    {
        if (!file.Name.EndsWith(".seen", StringComparison.Ordinal))
        {
            base.Write(file, octets);
        }
    }
}

/// <summary>Flushes come when the messages are filed already.</summary>
internal sealed class FilingBeforeFlushing(IFileSystem inner) : FilesMutant(inner)
{
    private readonly List<string> _folders = [];

    public override void FlushFolder(string path) => _folders.Add(path);

    public override void AfterFiling()
    {
        _folders.ForEach(Inner.FlushFolder);
        _folders.Clear();
    }
}

/// <summary>Messages get their names when they are filed already.</summary>
internal sealed class RenameLate(IFileSystem inner) : FilesMutant(inner)
{
    private readonly List<(string From, string To)> _late = [];

    public override void Rename(string from, string to, bool overwrite)
    {
        if (to.EndsWith(".eml", StringComparison.Ordinal))
        {
            _late.Add((from, to));
        }
        else
        {
            base.Rename(from, to, overwrite);
        }
    }

    public override void AfterFiling()
    {
        foreach (var (from, to) in _late)
        {
            Inner.Rename(from, to, overwrite: false);
            Inner.FlushFolder(Path.GetDirectoryName(to)!);
        }

        _late.Clear();
    }
}

/// <summary>Messages are written under their final names.</summary>
internal sealed class TemporaryNamesLeftOut(IFileSystem inner) : FilesMutant(inner)
{
    public override WritableFile Create(string path) => base.Create(Final(path));

    public override void Remove(string path) => base.Remove(Final(path));

    public override void Rename(string from, string to, bool overwrite)
    {
        if (Final(from) != to)
        {
            base.Rename(from, to, overwrite);
        }
    }

    private static string Final(string path) => path.EndsWith(".mailadmin-part", StringComparison.Ordinal)
        ? path[..(path.IndexOf(".eml", StringComparison.Ordinal) + 4)] : path;
}
