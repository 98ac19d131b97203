#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    Receives the messages of a mailbox once. Run it every few minutes.
.DESCRIPTION
    Exit codes: 0 = all messages were received. 1 = some messages failed; the next run receives them again. 2 = nothing could be received:
    the sign-in, the mailbox, or the destination failed. Each run adds one line to the log.
.PARAMETER Settings
    The file with the settings of this machine.
.PARAMETER Connection
    Parameters of New-MailboxConnection instead of those in the file, for tests.
#>
[CmdletBinding()]
param(
    [string] $Settings = (Join-Path $PSScriptRoot 'receive.psd1'),
    [hashtable] $Connection
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$is = Import-PowerShellDataFile $Settings

# Writes a line to the log and to the output: a task of Windows keeps neither.
function Write-Log([string] $Text) {
    if ($is.Log) {
        "$([DateTime]::UtcNow.ToString('yyyy-MM-dd HH:mm:ss', [cultureinfo]::InvariantCulture))Z $Text" | Add-Content $is.Log
    }
    $Text
}

if (-not $Connection) {
    $Connection = $is.Connection
}

$receive = @{
    Destination     = $is.Destination
    SaveAttachment  = $true
    AfterProcessing = 'Move'
    MoveTo          = $is.MoveTo
    ErrorVariable   = 'failures'
    ErrorAction     = 'Continue'
}
try {
    $received = @(New-MailboxConnection @Connection -Mailbox $is.Mailbox | Receive-MailboxMessage @receive)
}
catch {
    # Include the advice, because a task has no visible screen.
    Write-Log "Failed: $_ $($_.ErrorDetails.RecommendedAction)"
    exit 2
}
Write-Log "$($received.Count) received, $($failures.Count) failed."
if ($failures) {
    $failures | ForEach-Object { Write-Log "  $_" }
    exit 1
}
