#Requires -Version 7.4
#Requires -Modules MailAdmin
<#
.SYNOPSIS
    Holds a list of who may see which mailbox against the tenant, and the apps against a baseline. Fails where they differ.
.PARAMETER Path
    A CSV file with the columns App, Mailbox and Expect, which is Granted or Denied.
.PARAMETER Connection
    How to sign in, as parameters of Connect-MailAdmin.
.PARAMETER Baseline
    The JSON of a report, as it was when somebody last approved it. More access than that fails the run; less is only shown.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [hashtable] $Connection,
    [string] $Baseline
)
$ErrorActionPreference = 'Stop'

$null = Connect-MailAdmin @Connection
$rows = foreach ($row in Import-Csv $Path) {
    Get-MailAppRegistration $row.App | Test-MailAppAccess -Mailbox $row.Mailbox -Expect $row.Expect |
        Select-Object App, Mailbox, Expected, Access, Verdict, Cause
}
$rows
$differences = @(if ($Baseline) { Compare-MailAppAccess -Baseline $Baseline })
$differences

# What a workflow shows on its page.
if ($env:GITHUB_STEP_SUMMARY) {
    $lines = '| App | Mailbox | Expected | Is |', '|---|---|---|---|'
    $lines += $rows | ForEach-Object { $mark = $_.Verdict -eq 'Passed' ? '' : '**'; "| $($_.App) | $($_.Mailbox) | $($_.Expected) | $mark$($_.Access)$mark |" }
    $lines += $differences | ForEach-Object { "| $($_.App) | $($_.Scope) | as in the baseline | **$($_.Difference)** |" }
    Add-Content $env:GITHUB_STEP_SUMMARY $lines
}
$problems = @($rows | Where-Object Verdict -NE Passed | ForEach-Object { "$($_.App) on $($_.Mailbox) is $($_.Access)" })
$problems += $differences | Where-Object Difference -In New, Widened, Unknown | ForEach-Object { "$_" }
if ($problems) {
    throw "$($problems.Count) to look at: $($problems -join '; ')"
}
