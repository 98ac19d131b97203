# Runs every Pester file beside this one on the packed module and writes what became of each test as JSON.
# With -RecordPath, whatever the run lets anybody see is kept in that folder, for a search for secrets.
# Exit codes: 0 it was run (whatever the outcome), 3 there is no Pester 5.
param(
    [string] $ResultPath,
    [string] $Filter = '*',
    [string] $RecordPath
)
$ErrorActionPreference = 'Stop'
$pester = Get-Module -ListAvailable Pester | Where-Object Version -ge '5.0' | Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester) {
    Write-Host 'There is no Pester 5 here.'
    exit 3
}

Import-Module $pester.Path
if (-not $env:MAILADMIN_MODULE) {
    $env:MAILADMIN_MODULE = Join-Path $PSScriptRoot '../../out/MailAdmin' | Resolve-Path
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = (Get-ChildItem $PSScriptRoot -Filter "$Filter.Tests.ps1").FullName
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = if ($ResultPath) { 'None' } else { 'Detailed' }
if ($RecordPath) {
    . (Join-Path $PSScriptRoot 'Record.ps1')
    Start-Record $RecordPath
}

$result = Invoke-Pester -Configuration $configuration
if ($RecordPath) {
    Stop-Record $RecordPath
}

if ($ResultPath) {
    $outcomes = foreach ($test in $result.Tests) {
        [ordered]@{
            File    = Split-Path $test.ScriptBlock.File -Leaf
            Name    = $test.Name
            Result  = [string]$test.Result
            Message = @($test.ErrorRecord | ForEach-Object { "$($_.Exception.Message)`n$($_.ScriptStackTrace)" }) -join "`n"
        }
    }
    ConvertTo-Json -InputObject @($outcomes) | Set-Content -LiteralPath $ResultPath -Encoding utf8NoBOM
}
elseif ($result.FailedCount -gt 0) {
    exit 1
}
