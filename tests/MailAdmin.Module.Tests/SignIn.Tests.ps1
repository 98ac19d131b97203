Describe 'Signing in as people and workloads' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $dana = 'dana@contoso.onmicrosoft.com'
        $alice = 'alice@contoso.onmicrosoft.com'
        $shared = 'invoices@contoso.onmicrosoft.com'
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'signs an admin of a sandbox in with the browser flow' {
        $context = Connect-MailAdmin -Sandbox -UserPrincipalName $dana
        $context.Account | Should -Be $dana
        $context.CredentialType | Should -Be Browser
        $context.ClientId | Should -Be '14d82eec-204b-4c2f-b7e8-296a70dab67e'
        (New-MailAppRegistration -Name 'By Dana' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false).Change | Should -Be Created
    }

    It 'shows the device code on the host and in the information stream' {
        $output = New-MailSandbox | Connect-MailAdmin -DeviceCode -UserPrincipalName $dana 6>&1
        "$($output[0])" | Should -Match 'open the page .* and enter the code \w{9} '
        $output[-1].CredentialType | Should -Be DeviceCode
        $output[-1].Account | Should -Be $dana
    }

    It 'does not let a plain user administer apps' {
        $refused = { Connect-MailAdmin -Sandbox -UserPrincipalName $alice } | Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'SignInRefused*'
        $refused.Exception.SubCode | Should -Be AADSTS90094
    }

    It 'signs in as the managed identity of a virtual machine' {
        $context = New-MailSandbox | Connect-MailAdmin -Identity
        $context.Account | Should -Be mailadmin-runbook
        $context.CredentialType | Should -Be ManagedIdentity
    }

    It 'signs in as the managed identity of an App Service' {
        $env:IDENTITY_ENDPOINT = 'http://127.0.0.1:41234/msi/token'
        $env:IDENTITY_HEADER = 'c4n4ry-identity-header'
        try {
            (New-MailSandbox | Connect-MailAdmin -Identity).Account | Should -Be mailadmin-runbook
        }
        finally {
            Remove-Item Env:/IDENTITY_ENDPOINT, Env:/IDENTITY_HEADER
        }
    }

    It 'says that a federated token file is missing' {
        $refused = { New-MailSandbox | Connect-MailAdmin -TenantId contoso.onmicrosoft.com -ClientId 11111111-2222-3333-4444-555555555555 -FederatedTokenFile (Join-Path $TestDrive none) } |
            Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'FederatedTokenNotReadable*'
    }

    It 'does not show an access token that is refused' {
        $token = ConvertTo-SecureString 'c4n4ry.access.token' -AsPlainText
        $null = New-MailSandbox | Connect-MailAdmin -AccessToken $token
        $refused = { Get-MailAppRegistration -ErrorAction Stop } | Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'SignInRefused*'
        "$refused$($refused.Exception)$(Get-MailAdminContext | ConvertTo-Json)" | Should -Not -Match 'c4n4ry'
    }

    It 'says that no certificate has a thumbprint' {
        $refused = { Connect-MailAdmin -TenantId contoso.onmicrosoft.com -ClientId 11111111-2222-3333-4444-555555555555 -CertificateThumbprint 0000 } |
            Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'CertificateNotFound*'
    }

    It 'signs in with a certificate and its key in two PEM files<_>' -ForEach '', ', the key with a password' {
        $sandbox = New-MailSandbox
        $null = $sandbox | Connect-MailAdmin
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=fetcher', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(30))
        $app = New-MailAppRegistration -Name Fetcher -Certificate $certificate -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $certificate.ExportCertificatePem() | Set-Content (Join-Path $TestDrive app.pem)
        $signIn = @{
            TenantId        = 'contoso.onmicrosoft.com'
            ClientId        = $app.ClientId
            CertificatePath = Join-Path $TestDrive app.pem
            PrivateKeyPath  = Join-Path $TestDrive app.key
        }
        if ($_) {
            $password = "open $env:MAILADMIN_SANDBOX_MARK sesame"
            $signIn.CertificatePassword = ConvertTo-SecureString $password -AsPlainText
            $parameters = [Security.Cryptography.PbeParameters]::new('Aes256Cbc', [Security.Cryptography.HashAlgorithmName]::SHA256, 1000)
            $key.ExportEncryptedPkcs8PrivateKeyPem($password, $parameters) | Set-Content $signIn.PrivateKeyPath
        }
        else {
            $key.ExportPkcs8PrivateKeyPem() | Set-Content $signIn.PrivateKeyPath
        }

        ($sandbox | Connect-MailAdmin @signIn).CredentialType | Should -Be Certificate
    }

    It 'opens the own mailbox of a person over <_>' -ForEach 'Graph', 'Imap' {
        $null = New-MailSandbox -ConsentPolicy microsoft-user-default-legacy | Connect-MailAdmin
        $connection = New-MailboxConnection -Delegated -Mailbox $alice -Protocol $_
        $connection.CredentialType | Should -Be Delegated
        $connection.UserPrincipalName | Should -Be $alice
        ($connection | Test-MailboxConnection).Verdict | Should -Be Passed
        $connection | Receive-MailboxMessage -Destination (Join-Path $TestDrive $_) | Should -HaveCount 5
    }

    It 'opens a shared mailbox for one of its members, by device code' {
        $null = New-MailSandbox -ConsentPolicy microsoft-user-default-legacy | Connect-MailAdmin
        $connection = New-MailboxConnection -Delegated -DeviceCode -UserPrincipalName $alice -Mailbox $shared 6>$null
        $connection | Get-MailboxMessage | Should -HaveCount 5
        $connection | Send-MailboxMessage -To bob@contoso.onmicrosoft.com -Subject 'From the shared mailbox' -Body Hello
        Get-MailSandboxMessage bob@contoso.onmicrosoft.com Inbox | Where-Object Subject -EQ 'From the shared mailbox' | Should -HaveCount 1
    }

    It 'keeps a sign-in where it is protected, or in a file of one''s own when that is said' -Tag OnLinux {
        $before = $env:XDG_DATA_HOME
        $env:XDG_DATA_HOME = Join-Path ([IO.Path]::GetTempPath()) (New-Guid)
        try {
            $sandbox = New-MailSandbox -ConsentPolicy microsoft-user-default-legacy
            { $sandbox | Connect-MailAdmin -DeviceCode -UserPrincipalName $dana -Persist 6>$null } | Should -Throw -ErrorId 'CacheNotProtected*'
            $first = $sandbox | Connect-MailAdmin -DeviceCode -UserPrincipalName $dana -UnprotectedCache 6>&1
            $second = $sandbox | Connect-MailAdmin -DeviceCode -UserPrincipalName $dana -UnprotectedCache 6>&1
            $first.Count | Should -Be 2
            $second.Account | Should -Be $dana
            @($second).Count | Should -Be 1
            (Get-Item $env:XDG_DATA_HOME/MailAdmin/tokens.json).UnixFileMode | Should -Be 'UserWrite, UserRead'

            $path = Join-Path $TestDrive connections.json
            $null = New-MailboxConnection -Delegated -DeviceCode -Mailbox $alice -UnprotectedCache 6>$null | Save-MailboxConnection Alice -Path $path -WarningVariable told
            $told | Should -BeNullOrEmpty
            $again = Get-MailboxConnection Alice -Path $path
            $again.SecretStore | Should -Be 'unprotected token cache'
            ($again | Test-MailboxConnection).Verdict | Should -Be Passed
        }
        finally {
            Remove-Item $env:XDG_DATA_HOME -Recurse -Force -ErrorAction Ignore
            $env:XDG_DATA_HOME = $before
        }
    }

    It 'never mixes the tokens of two tenants in two runspaces' {
        $signIn = {
            param($module, $domain)
            Import-Module $module
            $null = New-MailSandbox -Domain $domain | Connect-MailAdmin
            $app = New-MailAppRegistration -Name $domain -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
            foreach ($i in 1..100) {
                (Get-MailAppRegistration -Name $domain).TenantId
                (Get-MailAdminContext).Tenant
                @(Get-MailAppRegistration).Where({ $_.Name -like '*.example' -and $_.Name -ne $domain }).ForEach({ $_.Name })
            }
        }
        $running = foreach ($domain in 'one.example', 'two.example') {
            $shell = [PowerShell]::Create().AddScript($signIn).AddArgument($env:MAILADMIN_MODULE).AddArgument($domain)
            @{ Shell = $shell; Domain = $domain; Task = $shell.BeginInvoke() }
        }
        $tenants = foreach ($run in $running) {
            $seen = $run.Shell.EndInvoke($run.Task)
            $run.Shell.Streams.Error | Should -BeNullOrEmpty
            $run.Shell.Dispose()
            $seen | Should -HaveCount 200
            $ids = @($seen | Sort-Object -Unique)
            $ids | Should -HaveCount 2
            $ids | Should -Contain $run.Domain
            $ids
        }
        $tenants | Sort-Object -Unique | Should -HaveCount 4
    }
}

Describe 'Initialize-MailAdmin' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $sandbox = New-MailSandbox
        $null = $sandbox | Connect-MailAdmin
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'shows the permissions before it makes anything' {
        $shell = [PowerShell]::Create()
        $null = $shell.AddScript({
                param($module)
                Import-Module $module
                $null = Connect-MailAdmin -Sandbox
                $transcript = Join-Path ([IO.Path]::GetTempPath()) "mailadmin-whatif-$PID.txt"
                $null = Start-Transcript $transcript
                Initialize-MailAdmin -ForMail -WhatIf
                $null = Stop-Transcript
                Get-Content $transcript -Raw
                Remove-Item $transcript
                @(Get-MailAppRegistration 'MailAdmin for users').Count
            }).AddArgument($env:MAILADMIN_MODULE)
        $shown, $count = $shell.Invoke()
        $shell.Dispose()
        $count | Should -Be 0
        foreach ($scope in 'Graph/Application.ReadWrite.All', 'Graph/Mail.ReadWrite.Shared', 'Exchange/Exchange.Manage', 'Exchange/IMAP.AccessAsUser.All') {
            $shown | Should -Match ([regex]::Escape($scope))
        }
    }

    It 'registers a public client without a credential, once, and people sign in through it' {
        $dana = 'dana@contoso.onmicrosoft.com'
        $client = Initialize-MailAdmin -User $dana -DeviceCode -Consent -Confirm:$false
        $client.Change | Should -Be Created
        $client.ClientSecret | Should -BeNullOrEmpty
        "$($client.RequestedPermission | Sort-Object Name)" | Should -Be 'Graph/Application.ReadWrite.All Graph/Directory.Read.All Exchange/Exchange.Manage'
        $client.RequestedPermission.Kind | Sort-Object -Unique | Should -Be Delegated
        (Initialize-MailAdmin -User $dana -DeviceCode -Consent -Confirm:$false).Change | Should -Be Unchanged
        ($sandbox | Connect-MailAdmin -ClientId $client.ClientId -DeviceCode -UserPrincipalName dana@contoso.onmicrosoft.com -Name Dana 6>$null).ClientId |
            Should -Be $client.ClientId
        # Nobody else was assigned.
        { $sandbox | Connect-MailAdmin -ClientId $client.ClientId -DeviceCode -UserPrincipalName alice@contoso.onmicrosoft.com -Name Alice -ErrorAction Stop 6>$null } |
            Should -Throw '*AADSTS50105*'
    }

    It 'is offered by Install-MailApp where nothing was set up, and is one answer: <Answer>' -Tag OnUnix -ForEach @(
        @{ Answer = 'Y'; Recipe = 'Jim2'; Shown = 'client: True MailAdmin for users', 'failed: 0', 'again: 0' }
        @{ Answer = 'Y'; Recipe = 'LogicalDOC'; Shown = 'client: True MailAdmin for users', 'failed: 0', 'again: 0' }
        @{ Answer = 'N'; Recipe = 'Jim2'; Shown = 'client: False', 'failed: ', 'again: ' }
    ) {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        $script = Join-Path $TestDrive 'own.ps1'
        @"
Import-Module '$env:MAILADMIN_MODULE'
`$null = New-MailSandbox | Connect-MailAdmin -DeviceCode -UserPrincipalName dana@contoso.onmicrosoft.com 6>`$null
`$microsofts = (Get-MailAdminContext).ClientId
`$summary = Install-MailApp $Recipe alice@contoso.onmicrosoft.com -Summary -ErrorVariable failure -ErrorAction SilentlyContinue
`$own = (Get-MailAdminContext).ClientId
"client: `$(`$own -ne `$microsofts) `$(if (`$own -ne `$microsofts) { (Get-MailAppRegistration -App `$own).Name })"
"failed: `$(`$summary.FailedCount)"
"again: `$(if (`$summary) { (Install-MailApp $Recipe alice@contoso.onmicrosoft.com -Summary).DoneCount })"
"advice: `$(`$failure[0].ErrorDetails.RecommendedAction)"
"@ | Set-Content $script
        $lines = @($Answer | Invoke-AskingPwsh -File $script) | ForEach-Object { "$_".TrimEnd() }
        "$lines" | Should -Match "Microsoft's public client.*has no permission for Exchange"
        foreach ($line in $Shown) { $lines | Should -Contain $line.TrimEnd() }
        if ($Answer -eq 'N') { "$lines" | Should -Match 'advice: .*Initialize-MailAdmin -Consent.*Connect-MailAdmin -ClientId' }
    }

    It 'is enough to set up a product as a person' {
        $null = $sandbox | Connect-MailAdmin
        $client = Initialize-MailAdmin 'For setups' -User dana@contoso.onmicrosoft.com -DeviceCode -Consent -Confirm:$false
        $null = $sandbox | Connect-MailAdmin -ClientId $client.ClientId -DeviceCode -UserPrincipalName dana@contoso.onmicrosoft.com -Name Dana 6>$null
        $steps = Install-MailApp Jim2 alice@contoso.onmicrosoft.com -Name 'Jim2 by Dana' -Context Dana 6>$null
        $steps | Where-Object Status -notin Done, Unchanged | ForEach-Object { "$_ $($_.Detail)" } | Should -BeNullOrEmpty
    }
}
