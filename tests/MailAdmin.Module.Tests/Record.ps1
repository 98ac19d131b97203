# Keeps what a run lets anybody see, in files: every stream (transcript), each error and each object that a cmdlet of the module gave out
# in the forms in which people look at them, and the files that the tests left in their folders.

function Start-Record([string] $Path) {
    $null = New-Item $Path, $Path/files, $Path/journal -ItemType Directory -Force
    $env:MAILADMIN_JOURNAL = "$Path/journal"
    $global:VerbosePreference = $global:DebugPreference = $global:InformationPreference = 'Continue'
    $global:MaximumErrorCount = 32768
    $global:RecordedObjects = [Collections.ArrayList]::new()
    foreach ($stream in 'Out', 'Warning', 'Information') {
        $global:PSDefaultParameterValues["*-Mail*:${stream}Variable"] = '+global:RecordedObjects'
    }

    # Pester calls this before it clears a test's folder, and has nothing to do in it on PowerShell 7.
    & (Get-Module Pester) {
        param($copies)
        $script:RecordedCopies = $copies
        if (-not (Test-Path Function:Remove-TestDriveSymbolicLinks)) { throw 'This Pester clears its folders in another way.' }
        function script:Remove-TestDriveSymbolicLinks([string] $Path) {
            if ([IO.Directory]::GetFileSystemEntries($Path).Count -gt 0) {
                Microsoft.PowerShell.Management\Copy-Item -LiteralPath $Path -Destination ([IO.Path]::Combine($script:RecordedCopies, [guid]::NewGuid())) -Recurse
            }
        }
    } "$Path/files"
    $null = Start-Transcript -LiteralPath "$Path/transcript.txt"
}

function Stop-Record([string] $Path) {
    $null = Stop-Transcript

    # What a script block of a test throws by itself, PowerShell itself notes down: the module has no say in that.
    $own = 'PS>TerminatingError(): "can''t write '
    (Get-Content "$Path/transcript.txt") | Where-Object { -not $_.StartsWith($own) } | Set-Content "$Path/transcript.txt" -Encoding utf8NoBOM
    $global:VerbosePreference = $global:DebugPreference = $global:InformationPreference = 'SilentlyContinue'
    $global:PSDefaultParameterValues.Clear()
    $seen = [Collections.Generic.HashSet[object]]::new([Collections.Generic.ReferenceEqualityComparer]::Instance)
    $objects = @($global:RecordedObjects | ForEach-Object { $_ -is [psobject] ? $_.psobject.BaseObject : $_ } | Where-Object { $seen.Add($_) })
    & {
        $objects | ForEach-Object ToString
        $objects | Format-List * -Force | Out-String -Width 4096
        $objects | Out-String -Width 4096
        $objects | ForEach-Object { ConvertTo-Json $_ -Depth 3 -Compress -WarningAction Ignore -ErrorAction Ignore }
    } | Set-Content "$Path/objects.txt" -Encoding utf8NoBOM
    $errors = @($global:Error)
    & {
        foreach ($record in $errors) {
            "$record"
            "$($record.ErrorDetails)"
            "$($record.TargetObject)"
            $record.Exception.ToString()
        }
        # All at once: Out-String compiles the view of Get-Error again each time that it is called, which takes longer than to use it.
        $errors | Format-List * -Force | Out-String -Width 4096
        # Not the line of the script, which is what its author wrote: the command that `serve` prints has its sandbox's secret in it.
        ($errors | Get-Error | Out-String -Width 4096) -replace '(?m)^\s*(Line|Statement)\s*:.*$'
    } | Set-Content "$Path/errors.txt" -Encoding utf8NoBOM

    Import-Module $env:MAILADMIN_MODULE
    Get-Command -Module MailAdmin -CommandType Cmdlet | ForEach-Object {
        foreach ($set in $_.ParameterSets) { "$($_.Name): parameter set $($set.Name)." }
    } | Set-Content "$Path/parameter-sets.txt" -Encoding utf8NoBOM

    # What the search has to find, so that nobody trusts one that finds nothing.
    $null = Connect-MailAdmin -Sandbox
    [Net.NetworkCredential]::new('', (New-MailAppRegistration -Name Control).ClientSecret).Password | Set-Content "$Path/control.txt"
    Get-MailAdminContext | Disconnect-MailAdmin
}
