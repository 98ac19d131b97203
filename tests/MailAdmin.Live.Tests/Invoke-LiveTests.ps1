#Requires -Version 7.4
<#
.SYNOPSIS
    Goes the road in a real test tenant, then in the sandbox, and tells what differs. See README.md.
#>
[CmdletBinding()]
param(
    # Parameters of Connect-MailAdmin; by default a certificate as the environment names it.
    [hashtable] $Connection,

    # The one mailbox that is used.
    [string] $Mailbox = $env:MAILADMIN_LIVE_MAILBOX,

    # The folder for the two transcripts; those of an earlier run are replaced.
    [string] $OutputPath = '.',

    # How long to ask for what the service has just been told: a grant, a message.
    [timespan] $Timeout = '00:05:00',

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
if (-not $Connection -or -not $Mailbox) {
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
    $transcript = Join-Path $OutputPath "$Name.jsonl"
    Remove-Item $transcript -ErrorAction Ignore
    $configuration = New-PesterConfiguration
    $configuration.Run.Container = New-PesterContainer -Path (Join-Path $PSScriptRoot 'Live.Tests.ps1') -Data @{
        Connection = $Connection; Mailbox = $Mailbox; TranscriptPath = $transcript; Timeout = $Timeout
    }
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Detailed'
    (Invoke-Pester -Configuration $configuration).Result -eq 'Passed'
}

if (-not (Test-EndToEnd live $Connection $Mailbox) -or -not (Test-EndToEnd sandbox @{ Sandbox = $true } invoices@contoso.onmicrosoft.com)) {
    exit 1
}
& (Join-Path $PSScriptRoot 'Compare-Transcript.ps1') (Join-Path $OutputPath sandbox.jsonl) (Join-Path $OutputPath live.jsonl)
exit ($LASTEXITCODE ? 4 : 0)
