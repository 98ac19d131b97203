#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    One worker: brings what is new in the mailboxes of a list to a container in Azure Blob Storage. Any number of equal workers share the
    list.
.PARAMETER ListPath
    A file with one mailbox a line.
.PARAMETER Connection
    How to sign in, as parameters of Connect-MailAdmin: the workload identity, unless a test says otherwise.
#>
[CmdletBinding()]
param(
    [string] $ListPath = $env:MAILBOX_LIST,
    [string] $Destination = $env:MAIL_DESTINATION,
    [hashtable] $Connection = @{
        TenantId = $env:AZURE_TENANT_ID
        ClientId = $env:AZURE_CLIENT_ID
        FederatedTokenFile = $env:AZURE_FEDERATED_TOKEN_FILE
    }
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$null = Connect-MailAdmin @Connection
$mailbox = @(Get-Content $ListPath | Where-Object { $_.Trim() -and $_ -notmatch '^\s*#' })
$count = 0
Receive-MailboxMessage -Mailbox $mailbox -Destination $Destination -SkipInUse -ErrorAction SilentlyContinue -ErrorVariable failed |
    ForEach-Object { $count++; "$($_.Mailbox) $($_.Path)" }
"$count messages of $($mailbox.Count) mailboxes."
if ($failed) {
    $failed | ForEach-Object { [Console]::Error.WriteLine("$($_.TargetObject): $_") }
    exit 1
}
