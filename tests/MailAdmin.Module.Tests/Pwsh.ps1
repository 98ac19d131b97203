# Starts another PowerShell, the same as this one: by its program, or where it runs as a .NET tool by dotnet, which is then the program of
# the process. Tests that need a PowerShell of its own start it by this.
function Invoke-ChildPwsh {
    $program = [Environment]::ProcessPath
    $first = (Split-Path $program -LeafBase) -eq 'dotnet' ? @(Join-Path $PSHOME 'pwsh.dll') : @()
    & $program @first -NoProfile -NonInteractive @args
}
