#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    Fetches a mailbox, once; to be run every few minutes. Ends with 1 when a message failed, which then comes again.
.PARAMETER Settings
    The file with what is special to this machine.
.PARAMETER Connection
    Parameters of New-MailboxConnection in place of those in the file, for tests.
#>
[CmdletBinding()]
param(
    [string] $Settings = (Join-Path $PSScriptRoot 'receive.psd1'),
    [hashtable] $Connection
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$is = Import-PowerShellDataFile $Settings
if (-not $Connection) {
    $Connection = $is.Connection
    if ($Connection.Thumbprint) {
        $Connection.Certificate = Get-Item "Cert:/CurrentUser/My/$($Connection.Thumbprint)"
        $Connection.Remove('Thumbprint')
    }
}

$receive = @{
    Destination     = $is.Destination
    SaveAttachment  = $true
    AfterProcessing = 'Move'
    MoveTo          = $is.MoveTo
    ErrorVariable   = 'failures'
    ErrorAction     = 'Continue'
}
$received = @(New-MailboxConnection @Connection -Mailbox $is.Mailbox | Receive-MailboxMessage @receive)
"$($received.Count) received, $($failures.Count) failed."
if ($failures) {
    exit 1
}
