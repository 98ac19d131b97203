#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    Makes the apps of a list, each limited to its mailboxes, and hands their secrets over. A second run changes nothing.
.PARAMETER Connection
    How to sign in, as parameters of Connect-MailAdmin.
.PARAMETER SecretPath
    The folder that takes the secrets, a file for each app: encrypted for this user on Windows, elsewhere in a folder that only this
    user can open. Put your vault in its place.
#>
[CmdletBinding()]
param(
    [string] $Path = (Join-Path $PSScriptRoot 'apps.psd1'),
    [Parameter(Mandatory)] [hashtable] $Connection,
    [Parameter(Mandatory)] [string] $SecretPath
)
$ErrorActionPreference = 'Stop'

$null = Connect-MailAdmin @Connection
$folder = New-Item $SecretPath -ItemType Directory -Force
if (-not $IsWindows) {
    [IO.File]::SetUnixFileMode($folder.FullName, 'UserRead, UserWrite, UserExecute')
}
foreach ($wanted in (Import-PowerShellDataFile $Path).Apps) {
    $app = New-MailAppRegistration $wanted.Name -ApplicationPermission $wanted.Permission -Mailbox $wanted.Mailbox
    # Entra returns a secret value only once, when it is created.
    if ($app.ClientSecret) {
        $app.ClientSecret | Export-Clixml (Join-Path $SecretPath "$($app.ClientId).xml")
    }
    [pscustomobject]@{
        Name     = $app.Name
        ClientId = $app.ClientId
        Change   = $app.Change
        Pending  = $app.Pending
        Access   = ($app | Test-MailAppAccess -Mailbox $wanted.Mailbox).Verdict
    }
}
