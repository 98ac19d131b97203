#!/usr/bin/env pwsh
#Requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, shows and packs MailAdmin. Needs the .NET SDK 10 and no module.
.EXAMPLE
    ./build.ps1 -Task Demo
.EXAMPLE
    ./build.ps1 -Task Pack -SigningCertificate (Get-ChildItem Cert:/CurrentUser/My -CodeSigningCert)[0]
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Demo', 'Pack')]
    [string] $Task = 'Build',

    # Signs the scripts, views, and assemblies of the package, and the catalog of all its files. Windows only, as Authenticode is.
    [System.Security.Cryptography.X509Certificates.X509Certificate2] $SigningCertificate,

    # Proves when it was signed, so that the signature outlives the certificate.
    [uri] $TimestampServer
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $args ended with $LASTEXITCODE."
    }
}

Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'Build' {
            Invoke-DotNet build
            Write-Host "Import-Module $(Join-Path $PSScriptRoot 'out/MailAdmin')"
        }
        'Test' { Invoke-DotNet test }
        'Demo' { Invoke-DotNet run --project src/MailAdmin.Sandbox -- tour }
        'Pack' {
            # Paths of this machine stay out of the assemblies, so that the same sources give the same package anywhere.
            Invoke-DotNet build src/MailAdmin --configuration Release '-p:ContinuousIntegrationBuild=true'
            $signing = $SigningCertificate ? @{ SigningCertificate = $SigningCertificate; TimestampServer = $TimestampServer } : @{}
            ./build/New-Package.ps1 -ModulePath out/MailAdmin -OutputPath out @signing
        }
    }
}
finally {
    Pop-Location
}
