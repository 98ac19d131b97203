<#
.SYNOPSIS
    Writes the bill of materials of a built module: every file with its checksum, and the package, version and license it came from.
.DESCRIPTION
    CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Get-ShippedPackage.ps1 tells the packages.
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

$manifest = Import-PowerShellDataFile (Join-Path $ModulePath 'MailAdmin.psd1')

function Get-Reference([string] $Id, [string] $Version) { "pkg:nuget/$Id@$Version" }

function Get-FileComponent([string] $Name) {
    [ordered]@{
        type      = 'file'
        'bom-ref' = "file:$Name"
        name      = $Name
        hashes    = @([ordered]@{ alg = 'SHA-256'; content = (Get-FileHash (Join-Path $ModulePath $Name) -Algorithm SHA256).Hash.ToLowerInvariant() })
    }
}

$packages = & (Join-Path $PSScriptRoot 'Get-ShippedPackage.ps1') $ModulePath
$components = foreach ($package in $packages.Where({ $_.Id -ne 'MailAdmin' })) {
    [ordered]@{
        type       = 'library'
        'bom-ref'  = Get-Reference $package.Id $package.Version
        name       = $package.Id
        version    = $package.Version
        purl       = Get-Reference $package.Id $package.Version
        licenses   = @(@{ expression = $package.License })
        components = @($package.Files.ForEach({ Get-FileComponent $_ }))
    }
}
$this = [ordered]@{
    type       = 'library'
    'bom-ref'  = 'MailAdmin'
    name       = 'MailAdmin'
    version    = $manifest.ModuleVersion
    licenses   = @(@{ expression = 'MIT' })
    components = @($packages[-1].Files.ForEach({ Get-FileComponent $_ }))
}
$bill = [ordered]@{
    bomFormat    = 'CycloneDX'
    specVersion  = '1.6'
    version      = 1
    metadata     = [ordered]@{ component = $this }
    components   = @($components)
    dependencies = @([ordered]@{ ref = 'MailAdmin'; dependsOn = @($components | ForEach-Object { $_['bom-ref'] }) })
}
[IO.File]::WriteAllText($OutputPath, (ConvertTo-Json $bill -Depth 10).ReplaceLineEndings("`n") + "`n")
