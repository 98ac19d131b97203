<#
.SYNOPSIS
    Signs what PowerShell and Windows check: views, manifest, scripts, and assemblies that have no signature of their makers.
.DESCRIPTION
    Only Windows has Authenticode. With -Catalog, it signs a list of the hashes of all files instead, in the form that the PowerShell Gallery
    and Test-FileCatalog check: https://learn.microsoft.com/powershell/gallery/concepts/publishing-guidelines
#>
[CmdletBinding()]
param(
    # The module's folder.
    [Parameter(Mandatory)] [string] $ModulePath,

    # A code-signing certificate with its private key.
    [Parameter(Mandatory)] [System.Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,

    # A timestamp server, so that signatures outlive the certificate.
    [uri] $TimestampServer,

    # Sign the catalog of all files.
    [switch] $Catalog
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$how = @{ Certificate = $Certificate; HashAlgorithm = 'SHA256' }
if ($TimestampServer) {
    $how.TimestampServer = $TimestampServer
}

$files = if ($Catalog) {
    $path = Join-Path $ModulePath 'MailAdmin.cat'
    Remove-Item $path -ErrorAction Ignore
    # It may not be in the folder whose files it lists.
    $temporary = Join-Path ([IO.Path]::GetTempPath()) "$([guid]::NewGuid().ToString('N')).cat"
    $null = New-FileCatalog -Path $ModulePath -CatalogFilePath $temporary -CatalogVersion 2.0
    Move-Item $temporary $path
    $path
}
else {
    (Get-ChildItem $ModulePath -Recurse -File | Where-Object Extension -in '.ps1', '.psm1', '.psd1', '.ps1xml', '.dll' |
        Where-Object { $_.Extension -ne '.dll' -or (Get-AuthenticodeSignature -FilePath $_.FullName).Status -eq 'NotSigned' }).FullName
}
foreach ($file in $files) {
    $signature = Set-AuthenticodeSignature -FilePath $file @how
    if ($signature.Status -ne 'Valid') {
        throw "$file was not signed: $($signature.StatusMessage)"
    }
}
