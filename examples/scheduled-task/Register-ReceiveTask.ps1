#Requires -Version 7.4
<#
.SYNOPSIS
    Creates the scheduled task of Windows that runs Receive-Invoices.ps1 every five minutes. Run it once, as administrator.
.DESCRIPTION
    Before it creates the task, it checks what a service account needs, and lists everything that is missing.
.PARAMETER Account
    A group-managed service account, such as CONTOSO\svc-mail$. It has no password that a person knows.
.PARAMETER PowerShell
    The program that runs the script. A PowerShell from the Microsoft Store doesn't work: service accounts can't start it.
.PARAMETER Settings
    The file with the settings, as for Receive-Invoices.ps1.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Account,
    [string] $TaskName = 'Receive invoices',
    [string] $PowerShell = (Join-Path $PSHOME 'pwsh.exe'),
    [string] $Settings = (Join-Path $PSScriptRoot 'receive.psd1')
)
$ErrorActionPreference = 'Stop'
$script = Join-Path $PSScriptRoot 'Receive-Invoices.ps1'
$is = Import-PowerShellDataFile $Settings

# Each prerequisite, with what to do when it is missing.
$missing = @(
    if ($PowerShell -match '[\\/]WindowsApps[\\/]') {
        "$PowerShell is from the Microsoft Store, and a service account can't start it. Install PowerShell with the MSI package: winget install Microsoft.PowerShell --installer-type wix"
    }
    elseif (-not (Test-Path $PowerShell)) {
        "$PowerShell doesn't exist. Specify -PowerShell."
    }
    $module = Get-Module MailAdmin -ListAvailable | Select-Object -First 1
    if (-not $module) {
        'MailAdmin is not installed. Run: Install-PSResource MailAdmin -Scope AllUsers'
    }
    elseif ($env:USERPROFILE -and $module.ModuleBase.StartsWith($env:USERPROFILE, [StringComparison]::OrdinalIgnoreCase)) {
        "MailAdmin is installed only for $env:USERNAME, in $($module.ModuleBase). Run: Install-PSResource MailAdmin -Scope AllUsers"
    }
    if ($thumbprint = $is.Connection.CertificateThumbprint) {
        $certificate = Get-Item "Cert:/LocalMachine/My/$($thumbprint -replace '[^0-9A-Fa-f]')" -ErrorAction Ignore
        if (-not $certificate.HasPrivateKey) {
            "No certificate $thumbprint with a private key is in Cert:/LocalMachine/My. Import the PFX file there, then give $Account Read permission: certlm.msc, All Tasks > Manage Private Keys."
        }
    }
    if ((Get-ExecutionPolicy) -in 'Restricted', 'AllSigned') {
        "The execution policy $(Get-ExecutionPolicy) blocks the script. Sign it, or run: Set-ExecutionPolicy RemoteSigned -Scope LocalMachine"
    }
    if ($IsWindows -and (Get-Item $script -Stream Zone.Identifier -ErrorAction Ignore)) {
        "$script was downloaded and is blocked. Run: Unblock-File '$script'"
    }
    if (-not (Test-Path $is.Destination)) {
        "$($is.Destination) doesn't exist. Create it, and give $Account Modify permission."
    }
)
if ($missing) {
    throw "The task was not created.$([Environment]::NewLine)$($missing -join [Environment]::NewLine)"
}
# This right can't be read with PowerShell's own commands.
Write-Warning "$Account requires the right 'Log on as a batch job' (secpol.msc, Local Policies > User Rights Assignment)."

$task = @{
    TaskName    = $TaskName
    Description = 'Receives the mailbox of the invoices.'
    Action      = New-ScheduledTaskAction -Execute $PowerShell -Argument "-NoProfile -NonInteractive -File `"$script`" -Settings `"$(Convert-Path $Settings)`"" -WorkingDirectory $PSScriptRoot
    Trigger     = New-ScheduledTaskTrigger -Once -At (Get-Date).Date -RepetitionInterval (New-TimeSpan -Minutes 5)
    Principal   = New-ScheduledTaskPrincipal -UserId $Account -LogonType Password
    # If a run takes longer than five minutes, the next one starts after it.
    Settings    = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 2)
    Force       = $true
}
if ($PSCmdlet.ShouldProcess($TaskName, "Register for $Account")) {
    Register-ScheduledTask @task
}
