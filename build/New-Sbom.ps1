<#
.SYNOPSIS
    Writes the bill of materials of a built module: every file with its checksum, and the package, version and licence it came from.
.DESCRIPTION
    CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Which file is of which package stands in project.assets.json, which the build
    left behind; which versions were locked stands in packages.lock.json, and the two must agree. Licences are what each package's
    own nuspec says.
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

$project = Join-Path (Split-Path $PSScriptRoot) 'src/MailAdmin'
$assets = Get-Content (Join-Path $project 'obj/project.assets.json') -Raw | ConvertFrom-Json -AsHashtable
$locked = (Get-Content (Join-Path $project 'packages.lock.json') -Raw | ConvertFrom-Json -AsHashtable).dependencies['net8.0']
$manifest = Import-PowerShellDataFile (Join-Path $ModulePath 'MailAdmin.psd1')

function Get-Reference([string] $Id, [string] $Version) { "pkg:nuget/$Id@$Version" }

# The licence as the package's nuspec has it: an SPDX expression, or the name of a file or an address.
function Get-Licence([string] $Folder) {
    $nuspec = [xml](Get-Content (Get-ChildItem $Folder -Filter *.nuspec).FullName -Raw)
    $licence = $nuspec.package.metadata.SelectSingleNode('*[local-name()="license"]')
    $address = $nuspec.package.metadata.SelectSingleNode('*[local-name()="licenseUrl"]')
    if ($licence -and $licence.type -eq 'expression') {
        return , @(@{ expression = $licence.InnerText })
    }
    if ($licence) {
        return , @(@{ license = @{ name = "$($licence.InnerText) in the package" } })
    }
    if ($address) {
        return , @(@{ license = [ordered]@{ name = 'as published'; url = $address.InnerText } })
    }
    , @()
}

function Get-FileComponent([string] $Path) {
    $name = [IO.Path]::GetRelativePath($ModulePath, $Path).Replace('\', '/')
    [ordered]@{
        type      = 'file'
        'bom-ref' = "file:$name"
        name      = $name
        hashes    = @([ordered]@{ alg = 'SHA-256'; content = (Get-FileHash $Path -Algorithm SHA256).Hash.ToLowerInvariant() })
    }
}

# Package by file, as the build resolved them; a file's own place within runtimes/ tells platforms apart.
$owner = @{}
foreach ($target in $assets.targets.Values) {
    foreach ($key in $target.Keys.Where({ $target[$_].type -eq 'package' })) {
        foreach ($group in 'runtime', 'runtimeTargets') {
            foreach ($file in @($target[$key].ContainsKey($group) ? $target[$key][$group].Keys : @())) {
                $owner[$group -eq 'runtime' ? (Split-Path $file -Leaf) : $file] = $key
            }
        }
    }
}

$packages = [Collections.Generic.SortedDictionary[string, Collections.Generic.List[object]]]::new([StringComparer]::Ordinal)
$own = [Collections.Generic.List[object]]::new()
$files = [IO.Directory]::GetFiles((Convert-Path $ModulePath), '*', 'AllDirectories')
[Array]::Sort($files, [StringComparer]::Ordinal)
foreach ($file in $files) {
    $component = Get-FileComponent $file
    $place = $component.name -replace '^bin/lib/(?=runtimes/)'
    $package = $owner[$place] ?? $owner[(Split-Path $place -Leaf)]
    if ($package) {
        if (-not $packages.ContainsKey($package)) { $packages[$package] = [Collections.Generic.List[object]]::new() }
        $packages[$package].Add($component)
    }
    else {
        $own.Add($component)
    }
}

$components = foreach ($key in $packages.Keys) {
    $id, $version = $key -split '/'
    if ($locked[$id].resolved -ne $version) {
        throw "$id $version is packed, but packages.lock.json has $($locked[$id].resolved)."
    }
    $folder = $assets.packageFolders.Keys.ForEach({ Join-Path $_ $assets.libraries[$key].path }).Where({ Test-Path $_ }, 'First')[0]
    [ordered]@{
        type       = 'library'
        'bom-ref'  = Get-Reference $id $version
        name       = $id
        version    = $version
        purl       = Get-Reference $id $version
        licenses   = Get-Licence $folder
        components = @($packages[$key])
    }
}
$this = [ordered]@{
    type       = 'library'
    'bom-ref'  = 'MailAdmin'
    name       = 'MailAdmin'
    version    = $manifest.ModuleVersion
    licenses   = @(@{ expression = 'MIT' })
    components = @($own)
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
