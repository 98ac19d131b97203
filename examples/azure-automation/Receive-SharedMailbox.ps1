#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    A runbook for Azure Automation: brings what is new in many shared mailboxes to a container in Azure Blob Storage. Nothing is kept on
    disk. Several jobs can run at once: each takes the mailboxes that no other has.
.PARAMETER Destination
    The container, and a prefix in it: https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX. The identity needs the role Storage Blob Data
    Contributor on it.
.PARAMETER Mailbox
    The mailboxes. A schedule gives the list as JSON.
.PARAMETER Connection
    How to sign in, as parameters of Connect-MailAdmin: the managed identity, unless a test says otherwise.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Destination,
    [Parameter(Mandatory)] [string[]] $Mailbox,
    [int] $ThrottleLimit = 5,
    [hashtable] $Connection = @{ Identity = $true }
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$null = Connect-MailAdmin @Connection
$received = @{}
# A mailbox that fails is reported at the end: the others go on.
Receive-MailboxMessage -Mailbox $Mailbox -Destination $Destination -SkipInUse -ThrottleLimit $ThrottleLimit `
    -ErrorAction SilentlyContinue -ErrorVariable failed | ForEach-Object { $received[$_.Mailbox]++ }

$received.GetEnumerator() | Sort-Object Name | ForEach-Object { [pscustomobject]@{ Mailbox = $_.Name; Received = $_.Value } }
if ($failed) {
    throw "$($failed.Count) errors: $(($failed | ForEach-Object { "$($_.TargetObject): $_" }) -join '; ')"
}
