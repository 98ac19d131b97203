# Starts another PowerShell, the same as this one: by its program, or where it runs as a .NET tool by dotnet, which is then the program of
# the process. Tests that need a PowerShell of its own start it by this.
function Get-ChildPwsh {
    $program = [Environment]::ProcessPath
    (Split-Path $program -LeafBase) -eq 'dotnet' ? @($program, (Join-Path $PSHOME 'pwsh.dll')) : @($program)
}

function Invoke-ChildPwsh {
    $program, $first = Get-ChildPwsh
    $first = @($first).Where{ $_ }
    & $program @first -NoProfile -NonInteractive @args
}

# One that may ask: what comes through the pipeline is what somebody types.
function Invoke-AskingPwsh {
    $program, $first = Get-ChildPwsh
    $first = @($first).Where{ $_ }
    $input | & $program @first -NoProfile @args
}
