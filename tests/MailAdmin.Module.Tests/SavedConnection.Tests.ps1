Describe 'Saved connections' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $alice = 'alice@contoso.onmicrosoft.com'
    }

    BeforeEach {
        $null = New-MailSandbox -ConsentPolicy microsoft-user-default-legacy | Connect-MailAdmin
        $path = Join-Path $TestDrive "$(New-Guid)/connections.json"
        $app = New-MailAppRegistration -Name Fetcher -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $connection = $app | New-MailboxConnection -Mailbox $invoices
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'hold everything but the secret, and say so' {
        $saved = $connection | Save-MailboxConnection Invoices -Path $path -WarningVariable warning -WarningAction SilentlyContinue
        $saved.Change | Should -Be Created
        $saved.Name | Should -Be Invoices
        "$warning" | Should -Match "wasn't stored.*-ClientSecret.*Register-SecretVault"

        $text = Get-Content $path -Raw
        $text | Should -Not -Match ([regex]::Escape([Net.NetworkCredential]::new('', $app.ClientSecret).Password))
        ($text | ConvertFrom-Json).version | Should -Be 1
        ($text | ConvertFrom-Json).connections[0].mailbox | Should -Be $invoices
        ($connection | Save-MailboxConnection Invoices -Path $path -WarningAction SilentlyContinue).Change | Should -Be Updated
        @(Get-MailboxConnection -Path $path -WarningAction SilentlyContinue).Count | Should -Be 1
        (Get-ChildItem (Split-Path $path) -File).Name | Should -Be 'connections.json', 'connections.json.lock'
    }

    It 'can be read by their owner alone' -Tag OnUnix {
        $null = $connection | Save-MailboxConnection Invoices -Path $path -WarningAction SilentlyContinue
        (Get-Item $path).UnixFileMode | Should -Be 'UserWrite, UserRead'
        (Get-Item (Split-Path $path)).UnixFileMode | Should -Be 'UserExecute, UserWrite, UserRead'
    }

    It 'ask for a secret that is kept nowhere' {
        $null = $connection | Save-MailboxConnection Invoices -Path $path -WarningAction SilentlyContinue
        $without = Get-MailboxConnection Invoices -Path $path -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -Match "The secret of 'Invoices' isn't stored. Specify it with -ClientSecret"
        { $without | Receive-MailboxMessage -ErrorAction Stop } | Should -Throw -ErrorId 'NoCredential*'
        $with = Get-MailboxConnection Invoices -Path $path -ClientSecret $app.ClientSecret
        ($with | Test-MailboxConnection).Verdict | Should -Be Passed
        @($with | Receive-MailboxMessage).Count | Should -BeGreaterThan 0
    }

    It 'receive from their own folder and do with the messages what they say, unless the command says something else' {
        $null = Add-MailSandboxMessage -Mailbox $invoices -Folder Scans -Content "From: a@x.example`nSubject: a scan`n`nHello`n"
        $null = $connection | Save-MailboxConnection Scanner -Folder Scans -AfterProcessing Move -MoveTo Done -Path $path -WarningAction SilentlyContinue
        $scanner = Get-MailboxConnection Scanner -Path $path -ClientSecret $app.ClientSecret

        ($scanner | Receive-MailboxMessage -AfterProcessing None).Subject | Should -Be 'a scan'
        ($scanner | Receive-MailboxMessage).Subject | Should -Be 'a scan'
        $scanner | Receive-MailboxMessage | Should -BeNullOrEmpty
        ($scanner | Receive-MailboxMessage -Folder Done -AfterProcessing None).Subject | Should -Be 'a scan'
        { $connection | Save-MailboxConnection Wrong -AfterProcessing Move -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'MoveTargetMismatch*'
    }

    It 'are listed and removed by name and wildcard, once' {
        'One', 'Two', 'Three' | ForEach-Object { $null = $connection | Save-MailboxConnection $_ -Path $path -WarningAction SilentlyContinue }
        (Get-MailboxConnection T* -Path $path -WarningAction SilentlyContinue).Name | Should -Be 'Three', 'Two'
        Remove-MailboxConnection One -Path $path -WhatIf
        (Remove-MailboxConnection T* -Path $path).Change | Should -Be Removed, Removed
        (Get-MailboxConnection -Path $path -WarningAction SilentlyContinue).Name | Should -Be One
        { Get-MailboxConnection Two -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectionNotSaved*'
        { Remove-MailboxConnection Two -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectionNotSaved*'
    }

    It 'are not lost when two sessions save at once' {
        $module = $env:MAILADMIN_MODULE
        1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
            Import-Module $using:module
            $sandbox = New-MailSandbox
            $null = $sandbox | Connect-MailAdmin
            $app = New-MailAppRegistration -Name Fetcher
            $null = $app | New-MailboxConnection -Mailbox $using:invoices | Save-MailboxConnection "Number $_" -Path $using:path -WarningAction SilentlyContinue
        }
        @(Get-MailboxConnection -Path $path -WarningAction SilentlyContinue).Count | Should -Be 8
    }

    It 'refuse a file that is none' {
        $null = New-Item (Split-Path $path) -ItemType Directory
        '{ "version": 2 }' | Set-Content $path
        { Get-MailboxConnection -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectionFileNotReadable*'
        { $connection | Save-MailboxConnection A -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectionFileNotReadable*'
        Get-Content $path | Should -Be '{ "version": 2 }'
    }

    It 'keep what a server of one''s own needs' {
        $token = ConvertTo-SecureString 'a token' -AsPlainText
        $own = New-MailboxConnection -Mailbox anna -Server imap.example -Port 1993 -Security StartTls -AccessToken $token
        $null = $own | Save-MailboxConnection Own -Path $path -WarningAction SilentlyContinue
        $again = Get-MailboxConnection Own -Path $path -ClientSecret $token
        "$($again.Server):$($again.Port) $($again.Security) $($again.CredentialType) $($again.Protocol)" | Should -Be 'imap.example:1993 StartTls AccessToken Imap'
    }

    It 'let a person sign in again at the first use' {
        $null = New-MailboxConnection -Delegated -DeviceCode -Mailbox $alice 6>$null |
            Save-MailboxConnection Alice -Path $path -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -Match "wasn't stored.*-Persist"
        $again = Get-MailboxConnection Alice -Path $path
        "$($again.CredentialType) $($again.UserPrincipalName)" | Should -Be "Delegated $alice"
        ($again | Test-MailboxConnection).Verdict | Should -Be Passed
    }

    It 'find a certificate again when it is given' {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=saved', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(30))
        $certified = New-MailAppRegistration -Name Certified -Certificate $certificate -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $null = $certified | New-MailboxConnection -Mailbox $invoices -Certificate $certificate | Save-MailboxConnection Certified -Path $path
        $without = Get-MailboxConnection Certified -Path $path -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -Match "$($certificate.Thumbprint).*-Certificate"
        $without.CredentialType | Should -Be None
        (Get-MailboxConnection Certified -Path $path -Certificate $certificate | Test-MailboxConnection).Verdict | Should -Be Passed
    }
}

Describe 'Saved connections with a vault' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        Import-Module $env:MAILADMIN_MODULE
        $global:TestVaults = @{ Production = @{}; Other = @{} }
        function Find-TestVault($Vault) { if (-not $global:TestVaults.ContainsKey($Vault)) { throw "Vault $Vault was not found." } $global:TestVaults[$Vault] }
        Set-Item Function:Global:Find-TestVault ${Function:Find-TestVault}
        function global:Get-SecretVault { [CmdletBinding()] param() [pscustomobject]@{ Name = 'Other'; IsDefault = $false }; [pscustomobject]@{ Name = 'Production'; IsDefault = $true } }
        function global:Get-SecretInfo { [CmdletBinding()] param($Vault, $Name) (Find-TestVault $Vault).Keys | Where-Object { $_ -like $Name } }
        function global:Get-Secret { [CmdletBinding()] param($Vault, $Name) (Find-TestVault $Vault)[$Name] }
        function global:Set-Secret { [CmdletBinding()] param($Vault, $Name, $Secret) (Find-TestVault $Vault)[$Name] = $Secret }
        function global:Remove-Secret { [CmdletBinding()] param($Vault, $Name) (Find-TestVault $Vault).Remove($Name) }
    }

    AfterAll {
        Remove-Item Function:Get-SecretVault, Function:Get-SecretInfo, Function:Get-Secret, Function:Set-Secret, Function:Remove-Secret, Function:Find-TestVault
        Remove-Variable -Scope Global TestVaults
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $path = Join-Path $TestDrive "$(New-Guid).json"
        $app = New-MailAppRegistration -Name Fetcher -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $connection = $app | New-MailboxConnection -Mailbox 'invoices@contoso.onmicrosoft.com'
        $global:TestVaults.Values | ForEach-Object Clear
    }

    It 'work by name alone, from the default vault' {
        $saved = $connection | Save-MailboxConnection Invoices -Path $path -WarningVariable warning
        $warning | Should -BeNullOrEmpty
        $saved.SecretStore | Should -Match "^'MailAdmin Invoices [0-9a-f]{16}' in the vault 'Production'$"
        $global:TestVaults.Production.Keys | Should -Match '^MailAdmin Invoices [0-9a-f]{16}$'
        (Get-MailboxConnection Invoices -Path $path | Test-MailboxConnection).Verdict | Should -Be Passed
        Get-Content $path -Raw | Should -Not -Match ([regex]::Escape([Net.NetworkCredential]::new('', $app.ClientSecret).Password))
    }

    It 'send no secret to a host, or as an app, for which it was not saved' {
        $null = $connection | Save-MailboxConnection Invoices -Path $path
        $secret = @($global:TestVaults.Production.Keys)[0]
        $planted = Get-Content $path -Raw | ConvertFrom-Json
        $planted.connections[0] | Add-Member server imap.evil.example
        $planted.connections[0].protocol = 'Imap'
        $planted.connections[0].credential = 'AccessToken'
        $planted | ConvertTo-Json -Depth 5 | Set-Content $path
        { Get-MailboxConnection Invoices -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotBound*'
        Get-MailboxConnection Invoices -Path $path -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

        # Nor is the secret of something else removed.
        $null = Remove-MailboxConnection Invoices -Path $path
        $global:TestVaults.Production.Keys | Should -Be $secret
    }

    It 'ask once before a file that somebody else changed uses a secret' {
        $null = $connection | Save-MailboxConnection Invoices -Path $path
        (Get-MailboxConnection Invoices -Path $path).SecretStore | Should -Not -BeNullOrEmpty

        # The same server and app, so the secret is bound to it; but another mailbox.
        (Get-Content $path -Raw).Replace('invoices@', 'alice@') | Set-Content $path
        { Get-MailboxConnection Invoices -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectionFileNotTrusted*'
        (Get-MailboxConnection Invoices -Path $path -ClientSecret $app.ClientSecret).Mailbox | Should -BeLike 'alice@*'
        (Get-MailboxConnection Invoices -Path $path -Force).Mailbox | Should -BeLike 'alice@*'

        # -Force remembers nothing, and a connection of one's own beside it makes the others no safer.
        $null = $connection | Save-MailboxConnection Own -Path $path
        { Get-MailboxConnection Invoices -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectionFileNotTrusted*'
    }

    It 'remember the answer until the file changes' -Tag OnUnix {
        $null = $connection | Save-MailboxConnection Invoices -Path $path
        (Get-Content $path -Raw).Replace('invoices@', 'alice@') | Set-Content $path
        $script = Join-Path $TestDrive 'asks.ps1'
        @"
Import-Module '$env:MAILADMIN_MODULE'
function Get-SecretInfo { [CmdletBinding()] param(`$Vault, `$Name) 'here' }
function Get-Secret { [CmdletBinding()] param(`$Vault, `$Name) ConvertTo-SecureString 'kept' -AsPlainText }
function Set-Secret { }
1..2 | ForEach-Object { "used: `$((Get-MailboxConnection Invoices -Path '$path').Mailbox)" }
Add-Content '$path' ' '
"then: `$((Get-MailboxConnection Invoices -Path '$path' -ErrorAction SilentlyContinue).Mailbox)"
"@ | Set-Content $script
        $shown = @('Y', 'N' | Invoke-AskingPwsh -File $script)
        @($shown -match 'Do you trust the file').Count | Should -Be 2
        $shown -match '^used: ' | Should -Be @(1..2).ForEach{ 'used: alice@contoso.onmicrosoft.com' }
        $shown[-1] | Should -BeLike '*then: '
    }

    It 'leave no secret behind in a vault that they have left, or when they are removed' {
        $null = $connection | Save-MailboxConnection Invoices -Path $path
        $null = $connection | Save-MailboxConnection Invoices -Vault Other -Path $path
        $global:TestVaults.Production.Count | Should -Be 0
        $global:TestVaults.Other.Count | Should -Be 1
        $null = Remove-MailboxConnection Invoices -Path $path
        $global:TestVaults.Other.Count | Should -Be 0
    }

    It 'save nothing where the vault is not there, and remove nothing' {
        { $connection | Save-MailboxConnection Invoices -Vault Nowhere -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'VaultNotAvailable*'
        Get-MailboxConnection -Path $path | Should -BeNullOrEmpty
        $null = $connection | Save-MailboxConnection Invoices -Path $path
        $lost = $global:TestVaults.Production
        $global:TestVaults.Remove('Production')
        try {
            { Remove-MailboxConnection Invoices -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'VaultNotAvailable*'
            $null = Get-MailboxConnection Invoices -Path $path -WarningVariable warning -WarningAction SilentlyContinue
            "$warning" | Should -Match 'Production.*-ClientSecret'
        }
        finally {
            $global:TestVaults.Production = $lost
        }
    }

    It 'change nothing with -WhatIf' {
        $connection | Save-MailboxConnection Invoices -Path $path -WhatIf
        $global:TestVaults.Production.Count | Should -Be 0
        Test-Path $path | Should -BeFalse
    }
}
