<#
.SYNOPSIS
    Tells which packages are in a built module: their files, their versions and their licenses.
.DESCRIPTION
    Which file is of which package stands in project.assets.json, which the build left behind; which versions were locked stands in
    packages.lock.json, and the two must agree. The license is what the package's own nuspec says. Where that names a file or an
    address in place of an SPDX expression, the text in the package decides; a license that this script does not know is an error,
    so that a person looks at it before it ships.
.OUTPUTS
    One object for each package, in ordinal order: Id, Version, License (SPDX), Copyright, LicenseText, Notices, and
    Files with their paths in the module. The project's own files are in the last object, whose Id is MailAdmin.
#>
[CmdletBinding()]
param(
    # The module as it is packed.
    [Parameter(Mandatory)] [string] $ModulePath
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

# Licenses under which a package may ship here. An addition needs its text in build/licenses.
$known = 'Apache-2.0', 'MIT'
$project = Join-Path (Split-Path $PSScriptRoot) 'src/MailAdmin'
$assets = Get-Content (Join-Path $project 'obj/project.assets.json') -Raw | ConvertFrom-Json -AsHashtable
$locked = (Get-Content (Join-Path $project 'packages.lock.json') -Raw | ConvertFrom-Json -AsHashtable).dependencies['net8.0']

# The text of a file that every package has under one of a few names; $null where it has none.
function Get-PackageText([string] $Folder, [string[]] $Name) {
    $file = Get-ChildItem $Folder -File | Where-Object Name -in $Name | Select-Object -First 1
    if ($file) { [IO.File]::ReadAllText($file.FullName).ReplaceLineEndings("`n").Trim() }
}

function Get-License($Metadata, [string] $Text, [string] $Key) {
    $stated = $Metadata.SelectSingleNode('*[local-name()="license"]')
    $license = if ($stated -and $stated.type -eq 'expression') { $stated.InnerText }
    elseif ($Text -match '\bMIT License\b' -and $Text -match '(?m)^Permission is hereby granted, free of charge, to any person') { 'MIT' }
    else { 'unknown' }
    if ($license -notin $known) {
        throw "The license of $Key is $license, which is none of $($known -join ', ')."
    }
    $license
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

$packages = [Collections.Generic.SortedDictionary[string, Collections.Generic.List[string]]]::new([StringComparer]::Ordinal)
$own = [Collections.Generic.List[string]]::new()
$ModulePath = Convert-Path $ModulePath
[string[]] $files = [IO.Directory]::GetFiles($ModulePath, '*', 'AllDirectories').ForEach({ [IO.Path]::GetRelativePath($ModulePath, $_).Replace('\', '/') })
[Array]::Sort($files, [StringComparer]::Ordinal)
foreach ($file in $files) {
    $place = $file -replace '^bin/lib/(?=runtimes/)'
    $package = $owner[$place] ?? $owner[(Split-Path $place -Leaf)]
    if ($package) {
        if (-not $packages.ContainsKey($package)) { $packages[$package] = [Collections.Generic.List[string]]::new() }
        $packages[$package].Add($file)
    }
    else {
        $own.Add($file)
    }
}

foreach ($key in $packages.Keys) {
    $id, $version = $key -split '/'
    if ($locked[$id].resolved -ne $version) {
        throw "$id $version is packed, but packages.lock.json has $($locked[$id].resolved)."
    }
    $folder = $assets.packageFolders.Keys.ForEach({ Join-Path $_ $assets.libraries[$key].path }).Where({ Test-Path $_ }, 'First')[0]
    $metadata = ([xml](Get-Content (Get-ChildItem $folder -Filter *.nuspec).FullName -Raw)).package.metadata
    $text = Get-PackageText $folder 'LICENSE', 'LICENSE.txt', 'LICENSE.TXT', 'LICENSE.md'
    [pscustomobject]@{
        Id          = $id
        Version     = $version
        License     = Get-License $metadata $text $key
        Copyright   = $metadata.SelectSingleNode('*[local-name()="copyright"]')?.InnerText ?? "by $($metadata.authors)"
        LicenseText = $text
        Notices     = Get-PackageText $folder 'THIRD-PARTY-NOTICES.txt', 'THIRD-PARTY-NOTICES.TXT', 'NOTICE', 'NOTICE.txt'
        Files       = $packages[$key].ToArray()
    }
}
[pscustomobject]@{ Id = 'MailAdmin'; Version = $null; License = 'MIT'; Copyright = $null; LicenseText = $null; Notices = $null; Files = $own.ToArray() }
