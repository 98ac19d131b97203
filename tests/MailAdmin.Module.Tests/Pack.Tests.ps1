# What `build.ps1 -Task Pack` publishes, made from the module at hand.
Describe 'The package' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        $root = Convert-Path (Join-Path $PSScriptRoot '../..')
        $script = Join-Path $root 'build/New-Package.ps1'
        $folder = Join-Path $TestDrive 'packed'
        $made = & $script -ModulePath $env:MAILADMIN_MODULE -OutputPath $folder
        $version = (Import-PowerShellDataFile (Join-Path $env:MAILADMIN_MODULE 'MailAdmin.psd1')).ModuleVersion
        $package = Join-Path $folder "MailAdmin.$version.nupkg"
        # What lies in the package for clients, and is not installed.
        $wrapping = '_rels/.rels', 'MailAdmin.nuspec', '[Content_Types].xml'

        function Read-Archive([string] $Path) {
            $archive = [IO.Compression.ZipFile]::OpenRead($Path)
            try {
                $content = [ordered]@{}
                foreach ($entry in $archive.Entries) {
                    $reader = [IO.MemoryStream]::new()
                    $stream = $entry.Open()
                    $stream.CopyTo($reader)
                    $stream.Dispose()
                    $content[$entry.FullName] = $reader.ToArray()
                }
                $content
            }
            finally {
                $archive.Dispose()
            }
        }

        function Get-Hash([byte[]] $Content) { [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($Content)).ToLowerInvariant() }

        # Puts the module where PowerShell looks for modules, and says what a new session has of it.
        function Import-Installed([string] $ModuleHome) {
            $before = $env:PSModulePath
            try {
                $env:PSModulePath = $ModuleHome
                $command = '$m = Import-Module MailAdmin -PassThru; $null = Connect-MailAdmin -Sandbox; "$($m.Version) $($m.ExportedCmdlets.Count) $((Get-Help Connect-MailAdmin).Synopsis.Length -gt 20)"'
                Invoke-ChildPwsh -Command $command
            }
            finally {
                $env:PSModulePath = $before
            }
        }

        $content = Read-Archive $package
        $nuspec = ([xml][Text.Encoding]::UTF8.GetString($content['MailAdmin.nuspec'])).package.metadata
        $manifest = Import-PowerShellDataFile (Join-Path $env:MAILADMIN_MODULE 'MailAdmin.psd1')
        $installed = New-Item (Join-Path $TestDrive "home/MailAdmin/$version") -ItemType Directory
        [IO.Compression.ZipFile]::ExtractToDirectory((Join-Path $folder "MailAdmin.$version.zip"), (Join-Path $TestDrive 'unzipped'))
        Copy-Item (Join-Path $TestDrive 'unzipped/MailAdmin/*') $installed -Recurse
    }

    It 'holds the files of the module, its license, the notices of others and the bill of materials, and nothing else' {
        $expected = (Get-ChildItem $env:MAILADMIN_MODULE -Recurse -File).ForEach({ [IO.Path]::GetRelativePath($env:MAILADMIN_MODULE, $_.FullName).Replace('\', '/') })
        $expected += 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'MailAdmin.cdx.json'
        $actual = $content.Keys.Where({ $_ -notin $wrapping })
        ($actual | Sort-Object) | Should -Be ($expected | Sort-Object)
    }

    It 'holds neither PowerShell itself nor the assembly it was compiled against' {
        $content.Keys.Where({ $_ -notin $wrapping }) -match 'System\.Management\.Automation|PowerShellStandard|\.pdb$|\.xml$' | Should -Be 'en-US/MailAdmin.dll-Help.xml'
    }

    It 'has the same files as the zip, byte for byte' {
        $zip = Read-Archive (Join-Path $folder "MailAdmin.$version.zip")
        $zip.Keys.ForEach({ "$_ $(Get-Hash $zip[$_])" }) | Should -Be $content.Keys.Where({ $_ -notin $wrapping }).ForEach({ "MailAdmin/$_ $(Get-Hash $content[$_])" })
    }

    It 'has a manifest that PowerShell finds valid, complete for the Gallery' {
        $tested = Test-ModuleManifest (Join-Path $installed 'MailAdmin.psd1') -ErrorAction Stop -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $tested.CompatiblePSEditions | Should -Be Core
        $tested.PowerShellVersion | Should -Be ([version]'7.4')
        $tested.LicenseUri | Should -Be 'https://licenses.nuget.org/MIT'
        $tested.Tags.Count | Should -BeGreaterThan 5
        $tested.ExportedCmdlets.Keys | Should -HaveCount $manifest.CmdletsToExport.Count
        $manifest.CmdletsToExport + $manifest.FunctionsToExport + $manifest.AliasesToExport + $manifest.VariablesToExport -match '\*' | Should -BeNullOrEmpty
    }

    It 'carries the newest section of the changelog as release notes' {
        $notes = (Import-PowerShellDataFile (Join-Path $installed 'MailAdmin.psd1')).PrivateData.PSData.ReleaseNotes
        $changelog = Get-Content (Join-Path $root 'docs/CHANGELOG.md') -Raw
        $notes | Should -Not -BeNullOrEmpty
        $notes | Should -Not -Match '(?m)^## '
        $changelog.ReplaceLineEndings("`n") | Should -Match ([regex]::Escape($notes))
        $nuspec.releaseNotes | Should -Be $notes
    }

    It 'says in its nuspec what the manifest says' {
        $nuspec.id | Should -BeExactly MailAdmin
        $nuspec.version | Should -Be $manifest.ModuleVersion
        $nuspec.authors | Should -Be $manifest.Author
        $nuspec.description | Should -Be $manifest.Description
        $nuspec.copyright | Should -Be $manifest.Copyright
        $nuspec.licenseUrl | Should -Be $manifest.PrivateData.PSData.LicenseUri
        $tags = $nuspec.tags -split ' '
        $tags | Should -Contain PSModule
        $manifest.PrivateData.PSData.Tags.Where({ $_ -notin $tags }) | Should -BeNullOrEmpty
        $manifest.CmdletsToExport.Where({ "PSCmdlet_$_" -notin $tags }) | Should -BeNullOrEmpty
    }

    It 'lists in the bill of materials every file with its checksum, and every package with version and license' {
        $bill = Get-Content (Join-Path $folder "MailAdmin.$version.cdx.json") -Raw | ConvertFrom-Json -AsHashtable
        $bill.bomFormat | Should -Be CycloneDX
        $listed = @($bill.metadata.component.components) + $bill.components.ForEach({ $_.components })
        ($listed.ForEach({ "$($_.name) $($_.hashes[0].content)" }) | Sort-Object) |
            Should -Be ($content.Keys.Where({ $_ -notin $wrapping -and $_ -ne 'MailAdmin.cdx.json' }).ForEach({ "$_ $(Get-Hash $content[$_])" }) | Sort-Object)
        $bill.metadata.component.components.name -match '\.dll$' | Should -Be 'bin/MailAdmin.Model.dll', 'bin/MailAdmin.dll', 'bin/lib/MailAdmin.Core.dll', 'bin/lib/MailAdmin.Tenant.dll'
        $bill.components.name | Should -Contain 'Microsoft.Identity.Client'
        $bill.components.Where({ -not $_.version -or -not $_.licenses -or $_.purl -cne "pkg:nuget/$($_.name)@$($_.version)" }) | Should -BeNullOrEmpty
        $bill.dependencies[0].dependsOn | Should -HaveCount $bill.components.Count
        Get-Hash $content['MailAdmin.cdx.json'] | Should -Be (Get-FileHash (Join-Path $folder "MailAdmin.$version.cdx.json")).Hash
    }

    It 'names every package that ships, as locked, with its license and the text of that license' {
        $notices = [Text.Encoding]::UTF8.GetString($content['THIRD-PARTY-NOTICES.txt'])
        $locked = (Get-Content (Join-Path $root 'src/MailAdmin/packages.lock.json') -Raw | ConvertFrom-Json -AsHashtable).dependencies['net8.0']
        $shipped = $content.Keys.Where({ $_ -match '^bin/lib/(?!MailAdmin\.)[^/]+\.dll$' }).ForEach({ [IO.Path]::GetFileNameWithoutExtension($_) })
        $shipped.Count | Should -BeGreaterThan 20
        $listed = [regex]::Matches($notices, '(?m)^(\S+) (\S+), (MIT|Apache-2\.0), ')
        $listed.ForEach({ $_.Groups[1].Value }) | Sort-Object | Should -Be ($shipped | Sort-Object)
        $listed.Where({ $locked[$_.Groups[1].Value].resolved -ne $_.Groups[2].Value }) | Should -BeNullOrEmpty

        # Each stands above one text, which is that of the license it was listed with.
        $words = @{ MIT = 'Permission is hereby granted, free of charge, to any person'; 'Apache-2.0' = 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION' }
        $texts = ($notices -split '(?m)^-{80}\n(?=License of:|Notices that come with:)').Where({ $_ -clike 'License of:*' })
        foreach ($package in $listed) {
            $name, $license = "$($package.Groups[1]) $($package.Groups[2])", "$($package.Groups[3])"
            $of = $texts.Where({ ($_ -split '-{80}')[0] -split "`n" -contains "  $name" })
            $of | Should -HaveCount 1 -Because $name
            $of[0] -replace '\s+', ' ' | Should -Match ([regex]::Escape($words[$license])) -Because $name
        }
    }

    It 'ships no package whose license was not looked at' {
        $tree = New-Item (Join-Path $TestDrive 'unknown') -ItemType Directory
        Copy-Item (Join-Path $root 'build') $tree -Recurse
        $project = New-Item (Join-Path $tree 'src/MailAdmin/obj') -ItemType Directory
        $package = New-Item (Join-Path $tree 'packages/foreign/1.0.0') -ItemType Directory
        $module = New-Item (Join-Path $tree 'module') -ItemType Directory
        Set-Content (Join-Path $module 'Foreign.dll') 'of somebody'
        Set-Content (Join-Path $package 'foreign.nuspec') '<package><metadata><id>Foreign</id><authors>Somebody</authors><license type="expression">GPL-3.0-only</license></metadata></package>'
        @{ dependencies = @{ 'net8.0' = @{ Foreign = @{ resolved = '1.0.0' } } } } | ConvertTo-Json -Depth 5 | Set-Content (Join-Path $tree 'src/MailAdmin/packages.lock.json')
        @{
            targets        = @{ 'net8.0' = @{ 'Foreign/1.0.0' = @{ type = 'package'; runtime = @{ 'lib/net8.0/Foreign.dll' = @{} } } } }
            libraries      = @{ 'Foreign/1.0.0' = @{ path = 'foreign/1.0.0' } }
            packageFolders = @{ (Join-Path $tree 'packages') = @{} }
        } | ConvertTo-Json -Depth 6 | Set-Content (Join-Path $project 'project.assets.json')
        { & (Join-Path $tree 'build/New-Notices.ps1') -ModulePath $module -OutputPath (Join-Path $tree 'notices.txt') } |
            Should -Throw 'The license of Foreign/1.0.0 is GPL-3.0-only, which is none of Apache-2.0, MIT.'
    }

    It 'comes with checksums that are right' {
        $made.Name | Should -Be "MailAdmin.$version.nupkg", "MailAdmin.$version.zip", "MailAdmin.$version.cdx.json", 'SHA256SUMS'
        $sums = Get-Content (Join-Path $folder SHA256SUMS)
        $sums | Should -HaveCount 3
        foreach ($line in $sums) {
            $hash, $name = $line -split '  '
            (Get-FileHash (Join-Path $folder $name)).Hash | Should -Be $hash
        }
    }

    It 'comes out the same when it is made again' {
        $again = Join-Path $TestDrive 'again'
        $null = & $script -ModulePath $env:MAILADMIN_MODULE -OutputPath $again
        Get-Content (Join-Path $again SHA256SUMS) | Should -Be (Get-Content (Join-Path $folder SHA256SUMS))
    }

    It 'is a package that NuGet takes into a feed' {
        if (-not (Get-Command dotnet -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'dotnet is not on PATH' }
        $feed = New-Item (Join-Path $TestDrive 'feed') -ItemType Directory
        $said = & dotnet nuget push $package --source $feed.FullName 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$said"
        Get-ChildItem $feed -Recurse -Filter *.nupkg | Should -HaveCount 1
    }

    It 'can be imported by its name where modules are installed' {
        Import-Installed (Split-Path (Split-Path $installed)) | Should -Be "$version $($manifest.CmdletsToExport.Count) True"
    }

    It 'comes from a folder repository by Save-PSResource, which Install-PSResource uses' {
        if (-not (Get-Module -ListAvailable Microsoft.PowerShell.PSResourceGet)) {
            Set-ItResult -Skipped -Because 'this PowerShell comes without Microsoft.PowerShell.PSResourceGet'
        }
        $name = "MailAdminPack$PID"
        Register-PSResourceRepository -Name $name -Uri $folder -Trusted
        try {
            $target = New-Item (Join-Path $TestDrive 'saved') -ItemType Directory
            # As Install-PSResource does, but to a place that is not the user's own.
            Save-PSResource MailAdmin -Repository $name -Path $target.FullName -TrustRepository
            Import-Installed $target.FullName | Should -Be "$version $($manifest.CmdletsToExport.Count) True"
        }
        finally {
            Unregister-PSResourceRepository $name
        }
    }

    It 'signs views, manifest, unsigned assemblies, and last the catalog of all files' {
        # Only Windows has Authenticode. Stand-ins with the parameters that the script may use:
        # https://learn.microsoft.com/powershell/module/microsoft.powershell.security/set-authenticodesignature
        $signed = [Collections.Generic.List[string]]::new()
        function Get-AuthenticodeSignature { [CmdletBinding()] param([string[]] $FilePath) [pscustomobject]@{ Status = $FilePath -like '*Microsoft.Graph.dll' ? 'Valid' : 'NotSigned' } }
        function Set-AuthenticodeSignature { [CmdletBinding()] param([string[]] $FilePath, $Certificate, [string] $HashAlgorithm, [string] $TimestampServer) $signed.Add((Split-Path $FilePath -Leaf)); [pscustomobject]@{ Status = 'Valid'; StatusMessage = '' } }
        function New-FileCatalog { [CmdletBinding()] param([string[]] $Path, [string] $CatalogFilePath, [int] $CatalogVersion) (Get-ChildItem $Path -Recurse -File).Name | Set-Content $CatalogFilePath }
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=Signer', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddYears(1))
        $signedFolder = Join-Path $TestDrive 'signed'

        $null = & $script -ModulePath $env:MAILADMIN_MODULE -OutputPath $signedFolder -SigningCertificate $certificate -TimestampServer http://timestamp.example

        $signed | Should -Contain 'MailAdmin.psd1'
        $signed | Should -Contain 'MailAdmin.Format.ps1xml'
        $signed | Should -Contain 'MailAdmin.Core.dll'
        $signed | Should -Not -Contain 'Microsoft.Graph.dll'
        $signed[-1] | Should -Be 'MailAdmin.cat'
        $catalog = [Text.Encoding]::UTF8.GetString((Read-Archive (Join-Path $signedFolder "MailAdmin.$version.nupkg"))['MailAdmin.cat']) -split '\r?\n'
        $catalog | Should -Contain 'MailAdmin.cdx.json'
        $catalog | Should -Contain 'LICENSE'

        function Set-AuthenticodeSignature { [CmdletBinding()] param([string[]] $FilePath, $Certificate, [string] $HashAlgorithm, [string] $TimestampServer) [pscustomobject]@{ Status = 'UnknownError'; StatusMessage = 'no key' } }
        { & $script -ModulePath $env:MAILADMIN_MODULE -OutputPath $signedFolder -SigningCertificate $certificate } | Should -Throw '*was not signed: no key*'
    }
}
