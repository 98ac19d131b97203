#Requires -Version 7.4
<#
.SYNOPSIS
    Goes the road in a tenant, then in the sandbox, and tells what differs. See README.md.
#>
[CmdletBinding()]
param(
    # Parameters of Connect-MailAdmin; by default a certificate as the environment names it.
    [hashtable] $Connection,

    # The one mailbox that is used. With -ReadOnly, the one that is tested, if any.
    [string] $Mailbox = $env:MAILADMIN_LIVE_MAILBOX,

    # Only read: connect, inventory, report, and tests. No request changes anything.
    [switch] $ReadOnly,

    # The folder for the two transcripts; those of an earlier run are replaced.
    [string] $OutputPath = '.',

    # How long to ask for what the service has just been told. Roles take 30 minutes to 2 hours.
    [timespan] $Timeout = '02:30:00',

    [string] $ModulePath = (Join-Path $PSScriptRoot '../../out/MailAdmin')
)
$ErrorActionPreference = 'Stop'

if (-not $Connection -and $env:MAILADMIN_LIVE_TENANT) {
    $Connection = @{
        TenantId        = $env:MAILADMIN_LIVE_TENANT
        ClientId        = $env:MAILADMIN_LIVE_CLIENT
        CertificatePath = $env:MAILADMIN_LIVE_CERTIFICATE
    }
}
if (-not $Connection -or (-not $Mailbox -and -not $ReadOnly)) {
    Write-Host 'No test tenant is named. README.md says how.'
    exit 2
}

# One that the session has already is taken as it is.
if (-not (Get-Module Pester | Where-Object Version -ge '5.0')) {
    Import-Module Pester -MinimumVersion 5.0
}
Import-Module $ModulePath
$OutputPath = (New-Item $OutputPath -ItemType Directory -Force).FullName

# Says whether the whole road could be gone.
function Test-EndToEnd([string] $Name, [hashtable] $Connection, [string] $Mailbox) {
    $transcript = Join-Path $OutputPath "$Name$($ReadOnly ? '-readonly' : '').jsonl"
    Remove-Item $transcript -ErrorAction Ignore
    $configuration = New-PesterConfiguration
    $configuration.Run.Container = New-PesterContainer -Path (Join-Path $PSScriptRoot ($ReadOnly ? 'ReadOnly.Tests.ps1' : 'Live.Tests.ps1')) -Data @{
        Connection = $Connection; Mailbox = $Mailbox; TranscriptPath = $transcript; Timeout = $Timeout
    }
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Detailed'
    if ((Invoke-Pester -Configuration $configuration).Result -eq 'Passed') { $transcript }
}

$live = Test-EndToEnd live $Connection $Mailbox
$sandbox = $live ? (Test-EndToEnd sandbox @{ Sandbox = $true } ($Mailbox ? 'invoices@contoso.onmicrosoft.com' : '')) : $null
if (-not $sandbox) {
    exit 1
}
& (Join-Path $PSScriptRoot 'Compare-Transcript.ps1') $sandbox $live
exit ($LASTEXITCODE ? 4 : 0)
