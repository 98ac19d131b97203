#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    A runbook for Azure Automation: which credentials end soon, and which apps no longer reach their mailbox. The job fails if there are any.
.PARAMETER Watch
    Apps and the mailbox that each must reach, as App=Mailbox. A schedule gives the list as JSON.
.PARAMETER Connection
    How to sign in, as parameters of Connect-MailAdmin: the managed identity, unless a test says otherwise.
#>
[CmdletBinding()]
param(
    [string[]] $Watch = @(),
    [int] $ExpiringWithin = 30,
    [hashtable] $Connection = @{ Identity = $true }
)
$ErrorActionPreference = 'Stop'
# Azure Automation keeps what is written to these streams; progress only slows a job.
$ProgressPreference = 'SilentlyContinue'

$null = Connect-MailAdmin @Connection

$findings = @(
    foreach ($credential in Get-MailAppCredential -ExpiringWithin $ExpiringWithin) {
        [pscustomobject]@{ App = $credential.App; About = "$($credential.Kind) $($credential.KeyId)"; Finding = "$($credential.DaysLeft) days left" }
    }
    foreach ($pair in $Watch) {
        $app, $mailbox = $pair -split '=', 2
        try {
            $test = Get-MailAppRegistration $app | Test-MailAppAccess -Mailbox $mailbox
            # TooSoonToTell is no finding: a change is under way, and tomorrow will tell.
            if ($test.Verdict -in 'Failed', 'Unknown') {
                [pscustomobject]@{ App = $app; About = $mailbox; Finding = $test.Cause }
            }
        }
        catch {
            [pscustomobject]@{ App = $app; About = $mailbox; Finding = "$_" }
        }
    }
)
$findings
if ($findings) {
    throw "$($findings.Count) findings: $(($findings | ForEach-Object { "$($_.App) ($($_.About)): $($_.Finding)" }) -join '; ')"
}
