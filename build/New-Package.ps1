<#
.SYNOPSIS
    Makes from a built module what is published: the Gallery package, a zip, a bill of materials, and checksums of the three.
.DESCRIPTION
    The same module gives the same bytes on the same PowerShell: entries are in ordinal order and carry one date. LICENSE, the notices of what
    others made (THIRD-PARTY-NOTICES.txt) and the bill of materials (MailAdmin.cdx.json) join the module, and the newest section of the
    changelog becomes the manifest's release notes; nothing else is changed.
#>
[CmdletBinding()]
param(
    # The built module.
    [Parameter(Mandatory)] [string] $ModulePath,

    # The folder to write to.
    [Parameter(Mandatory)] [string] $OutputPath,

    # Signs the module and its catalog, on Windows. Without it, nothing is signed.
    [System.Security.Cryptography.X509Certificates.X509Certificate2] $SigningCertificate,

    # For -SigningCertificate.
    [uri] $TimestampServer
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$root = Split-Path $PSScriptRoot
$epoch = [DateTimeOffset]::new(2000, 1, 1, 0, 0, 0, [timespan]::Zero)

# Lists the files of a folder with their paths in an archive.
function Get-Entry([string] $Folder) {
    [string[]] $names = [IO.Directory]::GetFiles($Folder, '*', 'AllDirectories').ForEach({ [IO.Path]::GetRelativePath($Folder, $_).Replace('\', '/') })
    [Array]::Sort($names, [StringComparer]::Ordinal)
    $names
}

# Writes an archive; -Text holds entries that are no files.
function Write-Archive([string] $Path, [string] $Folder, [string] $Prefix = '', [System.Collections.Specialized.OrderedDictionary] $Text = [ordered]@{}) {
    Remove-Item $Path -ErrorAction Ignore
    $archive = [IO.Compression.ZipFile]::Open($Path, 'Create')
    try {
        foreach ($name in $Text.Keys) {
            Write-Entry $archive $name ([Text.Encoding]::UTF8.GetBytes($Text[$name]))
        }
        foreach ($name in Get-Entry $Folder) {
            Write-Entry $archive "$Prefix$name" ([IO.File]::ReadAllBytes((Join-Path $Folder $name)))
        }
    }
    finally {
        $archive.Dispose()
    }
}

function Write-Entry($Archive, [string] $Name, [byte[]] $Content) {
    $entry = $Archive.CreateEntry($Name, 'Optimal')
    $entry.LastWriteTime = $epoch
    $stream = $entry.Open()
    $stream.Write($Content)
    $stream.Dispose()
}

# The text of the changelog's first section, without its heading.
function Get-ReleaseNotes {
    $text = (Get-Content (Join-Path $root 'docs/CHANGELOG.md') -Raw).ReplaceLineEndings("`n")
    [regex]::Match($text, '(?ms)^## [^\n]*\n(.*?)(?=^## |\z)').Groups[1].Value.Trim()
}

# https://learn.microsoft.com/nuget/reference/nuspec
function Get-Nuspec($Manifest, [string] $Name, [string] $Notes) {
    $data = $Manifest.PrivateData.PSData
    # The Gallery finds cmdlets by these tags, as Publish-PSResource writes them.
    $tags = @('PSModule') + $data.Tags + 'PSIncludes_Cmdlet' + $Manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_" })
    $facts = [ordered]@{
        id                       = $Name
        version                  = $Manifest.ModuleVersion
        authors                  = $Manifest.Author
        owners                   = $Manifest.CompanyName
        requireLicenseAcceptance = 'false'
        licenseUrl               = $data.LicenseUri
        projectUrl               = $data.ContainsKey('ProjectUri') ? $data.ProjectUri : $null
        description              = $Manifest.Description
        releaseNotes             = $Notes
        copyright                = $Manifest.Copyright
        tags                     = $tags -join ' '
    }
    $lines = $facts.Keys.Where({ $facts[$_] }).ForEach({ "    <$_>$([Security.SecurityElement]::Escape($facts[$_]))</$_>" })
    @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
$($lines -join "`n")
  </metadata>
</package>
"@.ReplaceLineEndings("`n")
}

# What makes a zip a package of the Open Packaging Conventions (ECMA-376 part 2), which older clients ask for.
function Get-ContentType([string[]] $Names) {
    $extensions = $Names.ForEach({ [IO.Path]::GetExtension($_).TrimStart('.').ToLowerInvariant() }).Where({ $_ }) + 'nuspec' | Sort-Object -Unique
    $types = $extensions.ForEach({ "  <Default Extension=`"$_`" ContentType=`"application/octet`" />" })
    $plain = $Names.Where({ -not [IO.Path]::GetExtension($_) }).ForEach({ "  <Override PartName=`"/$_`" ContentType=`"application/octet`" />" })
    @"
<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />
$(($types + $plain) -join "`n")
</Types>
"@.ReplaceLineEndings("`n")
}

function Get-Relationship([string] $Name) {
    @"
<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/$Name.nuspec" Id="R1" />
</Relationships>
"@.ReplaceLineEndings("`n")
}

$null = New-Item $OutputPath -ItemType Directory -Force
$OutputPath = Convert-Path $OutputPath
$staging = Join-Path ([IO.Path]::GetTempPath()) "mailadmin-package-$([guid]::NewGuid().ToString('N'))"
try {
    Copy-Item $ModulePath $staging -Recurse
    Copy-Item (Join-Path $root 'LICENSE') $staging
    $manifestPath = Join-Path $staging 'MailAdmin.psd1'
    $manifest = Import-PowerShellDataFile $manifestPath
    $notes = Get-ReleaseNotes
    $placeholder = "'$($manifest.PrivateData.PSData.ReleaseNotes)'"
    $text = [IO.File]::ReadAllText($manifestPath)
    if (-not $text.Contains($placeholder)) {
        throw "The manifest's release notes are not what New-Package.ps1 looks for."
    }
    [IO.File]::WriteAllText($manifestPath, $text.Replace($placeholder, "'$($notes.Replace("'", "''"))'"))

    & (Join-Path $PSScriptRoot 'New-Notices.ps1') -ModulePath $staging -OutputPath (Join-Path $staging 'THIRD-PARTY-NOTICES.txt')
    $signing = @{ ModulePath = $staging; Certificate = $SigningCertificate; TimestampServer = $TimestampServer }
    if ($SigningCertificate) {
        & (Join-Path $PSScriptRoot 'Add-Signature.ps1') @signing
    }
    $name = "MailAdmin.$($manifest.ModuleVersion)"
    # After the signatures, because it lists all the others.
    $bill = Join-Path $OutputPath "$name.cdx.json"
    & (Join-Path $PSScriptRoot 'New-Sbom.ps1') -ModulePath $staging -OutputPath $bill
    Copy-Item $bill (Join-Path $staging 'MailAdmin.cdx.json')
    if ($SigningCertificate) {
        & (Join-Path $PSScriptRoot 'Add-Signature.ps1') @signing -Catalog
    }

    $package = Join-Path $OutputPath "$name.nupkg"
    Write-Archive $package $staging -Text ([ordered]@{
            '_rels/.rels'         = Get-Relationship MailAdmin
            'MailAdmin.nuspec'    = Get-Nuspec $manifest MailAdmin $notes
            '[Content_Types].xml' = Get-ContentType (Get-Entry $staging)
        })
    $zip = Join-Path $OutputPath "$name.zip"
    Write-Archive $zip $staging -Prefix 'MailAdmin/'

    $made = $package, $zip, $bill
    $sums = $made.ForEach({ "$((Get-FileHash $_ -Algorithm SHA256).Hash.ToLowerInvariant())  $(Split-Path $_ -Leaf)" })
    $list = Join-Path $OutputPath 'SHA256SUMS'
    [IO.File]::WriteAllText($list, ($sums -join "`n") + "`n")
    Get-Item ($made + $list)
}
finally {
    Remove-Item $staging -Recurse -Force -ErrorAction Ignore
}
