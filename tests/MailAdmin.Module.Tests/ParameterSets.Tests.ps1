# Every parameter set is used somewhere in the run, so that the search for leaked secrets covers it (SecretSearchTests). These are the
# sets that no other test uses in the session that is recorded.
Describe 'Parameter sets' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $alice = 'alice@contoso.onmicrosoft.com'
        $sandbox = New-MailSandbox
        $context = $sandbox | Connect-MailAdmin
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=sets', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(30))
        $quiet = @{ WarningAction = 'SilentlyContinue'; Confirm = $false }
    }

    AfterAll { Get-MailAdminContext | Disconnect-MailAdmin }

    It 'of a message from a file' {
        "From: a@x.example`nSubject: from a file`n`nHello`n" | Set-Content $TestDrive/one.eml
        Add-MailSandboxMessage -Mailbox $invoices -Path $TestDrive/one.eml
        (Get-MailSandboxMessage -Mailbox $invoices).Subject | Should -Contain 'from a file'
    }

    It 'of an app by certificate' {
        $certified = New-MailAppRegistration -Name Certified -Certificate $certificate -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $connection = New-MailboxConnection -TenantId $certified.TenantId -ClientId $certified.ClientId -Certificate $certificate -Mailbox $invoices
        ($connection | Test-MailboxConnection).Verdict | Should -Be Passed
        { New-MailboxConnection -TenantId $certified.TenantId -ClientId $certified.ClientId -CertificateThumbprint ('0' * 40) -Mailbox $invoices -ErrorAction Stop } |
            Should -Throw -ErrorId 'CertificateNotFound*'
        ($sandbox | Connect-MailAdmin -TenantId $certified.TenantId -ClientId $certified.ClientId -Certificate $certificate -Name app).CredentialType |
            Should -Be Certificate
        Disconnect-MailAdmin -Name app
    }

    It 'of scopes' {
        $unit = 'North'
        $described = New-MailSandbox -Description @{ AdministrativeUnits = @(@{ Name = $unit; Members = @($alice) }); Groups = @(@{ Name = 'Team'; Type = 'Security'; Members = @($alice) }) }
        $null = $described | Connect-MailAdmin
        $app = New-MailAppRegistration -Name Scoped -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        ($app | Limit-MailApp -Group Team @quiet).Change | Should -Not -BeNullOrEmpty
        $app | Limit-MailApp -AdministrativeUnit $unit -WhatIf | Should -BeNullOrEmpty
        $null = $app | New-MailAppAccessPolicy -AccessRight RestrictAccess -Mailbox $alice @quiet
        ($app | Limit-MailApp -FromPolicy @quiet).Change | Should -Not -BeNullOrEmpty
        (New-MailAppRegistration -Name Grouped -ApplicationPermission Graph/Mail.Read -Group Team @quiet).Change | Should -Be Created
    }

    It 'of an admin' {
        { Connect-MailAdmin -TenantId contoso.onmicrosoft.com -NonInteractive -ErrorAction Stop } | Should -Throw -ErrorId 'InteractionRequired*'
    }
}
