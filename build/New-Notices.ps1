<#
.SYNOPSIS
    Writes THIRD-PARTY-NOTICES.txt of a built module: each package that ships in it, its license's text, and what it in turn passes on.
.DESCRIPTION
    MIT and Apache-2.0 both ask that their text and the copyright notice come with every copy. A package's own license file is taken
    where it has one, else the license's text in build/licenses. Texts that are alike stand there once.
#>
[CmdletBinding()]
param(
    # The module as it is packed.
    [Parameter(Mandatory)] [string] $ModulePath,

    # The file to write.
    [Parameter(Mandatory)] [string] $OutputPath
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$packages = & (Join-Path $PSScriptRoot 'Get-ShippedPackage.ps1') $ModulePath | Where-Object Id -ne MailAdmin
$lines = [Collections.Generic.List[string]]@(
    'MailAdmin is under the MIT license (LICENSE). It ships these packages of others in bin/lib:'
    ''
    $packages.ForEach({ "$($_.Id) $($_.Version), $($_.License), $($_.Copyright -replace '\s+', ' ')" })
)

# Writes each text once, below the names of the packages that it belongs to.
function Add-Text([string] $Title, [scriptblock] $Text) {
    $names = [ordered]@{}
    foreach ($package in $packages) {
        $found = & $Text $package
        if ($found) { $names[$found] += @("$($package.Id) $($package.Version)") }
    }
    foreach ($found in $names.Keys) {
        $lines.AddRange([string[]](@('', ('-' * 80), "${Title}:") + $names[$found].ForEach({ "  $_" }) + @(('-' * 80), '', $found)))
    }
}

Add-Text 'License of' {
    param($Package)
    $Package.LicenseText ? $Package.LicenseText : [IO.File]::ReadAllText((Join-Path $PSScriptRoot "licenses/$($Package.License).txt")).ReplaceLineEndings("`n").Trim("`n")
}
Add-Text 'Notices that come with' { param($Package) $Package.Notices }
[IO.File]::WriteAllText($OutputPath, ($lines -join "`n") + "`n")
