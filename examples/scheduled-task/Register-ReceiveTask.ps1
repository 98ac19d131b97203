#Requires -Version 7.4
<#
.SYNOPSIS
    Makes the task of Windows that runs Receive-Invoices.ps1 every five minutes. Run it once, as administrator.
.PARAMETER PowerShell
    The program that runs the script: that of the PowerShell at hand. Where that is a .NET tool, its process is named dotnet, and pwsh.exe lies
    beside its assemblies. The account must be able to read it: one in a person's own folders, or from the Store, does not serve.
.PARAMETER Account
    A group-managed service account, such as CONTOSO\svc-mail$: it has no password that somebody could know.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Account,
    [string] $TaskName = 'Receive invoices',
    [string] $PowerShell = (Join-Path $PSHOME 'pwsh.exe')
)
$ErrorActionPreference = 'Stop'

$script = Join-Path $PSScriptRoot 'Receive-Invoices.ps1'
$task = @{
    TaskName    = $TaskName
    Description = 'Fetches the mailbox of the invoices.'
    Action      = New-ScheduledTaskAction -Execute $PowerShell -Argument "-NoProfile -NonInteractive -File `"$script`"" -WorkingDirectory $PSScriptRoot
    Trigger     = New-ScheduledTaskTrigger -Once -At (Get-Date).Date -RepetitionInterval (New-TimeSpan -Minutes 5)
    Principal   = New-ScheduledTaskPrincipal -UserId $Account -LogonType Password
    # A run that takes longer than five minutes is let be; the next one starts when it is over.
    Settings    = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 2)
    Force       = $true
}
if ($PSCmdlet.ShouldProcess($TaskName, "Register for $Account")) {
    Register-ScheduledTask @task
}
