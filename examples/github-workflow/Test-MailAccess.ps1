#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    Holds a list of who may see which mailbox against the tenant, and fails where they differ.
.PARAMETER Path
    A CSV file with the columns App, Mailbox and Access, which is yes or no.
.PARAMETER Connection
    How to sign in, as parameters of Connect-MailAdmin.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [hashtable] $Connection
)
$ErrorActionPreference = 'Stop'

$null = Connect-MailAdmin @Connection
$rows = foreach ($row in Import-Csv $Path) {
    $test = Get-MailAppRegistration $row.App | Test-MailAppAccess -Mailbox $row.Mailbox
    $wanted = $row.Access -eq 'yes' ? 'Passed' : 'Failed'
    [pscustomobject]@{
        App     = $row.App
        Mailbox = $row.Mailbox
        Wanted  = $row.Access
        Is      = [string]$test.Verdict
        AsItIs  = [string]$test.Verdict -eq $wanted
        Cause   = $test.Cause
    }
}
$rows

# What a workflow shows on its page.
if ($env:GITHUB_STEP_SUMMARY) {
    $lines = '| App | Mailbox | Wanted | Is |', '|---|---|---|---|'
    $lines += $rows | ForEach-Object { "| $($_.App) | $($_.Mailbox) | $($_.Wanted) | $($_.AsItIs ? '' : '**')$($_.Is)$($_.AsItIs ? '' : '**') |" }
    Add-Content $env:GITHUB_STEP_SUMMARY $lines
}
$different = @($rows | Where-Object { -not $_.AsItIs })
if ($different) {
    throw "$($different.Count) of $(@($rows).Count) differ: $(($different | ForEach-Object { "$($_.App) on $($_.Mailbox) is $($_.Is)" }) -join '; ')"
}
