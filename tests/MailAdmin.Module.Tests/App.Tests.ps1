BeforeAll {
    Import-Module ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin'))
    $bob = 'bob@contoso.onmicrosoft.com'
}

Describe 'Apps' {
    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
    }

    It 'are registered with redirect URIs, audience and owners, and completed by a second run' {
        $app = New-MailAppRegistration Portal -RedirectUri https://portal.example/cb -Platform Spa -SignInAudience AzureADMultipleOrgs -Owner $bob
        $app.Change | Should -Be Created
        "$($app.RedirectUri)" | Should -Be 'https://portal.example/cb (Spa)'
        $app.SignInAudience | Should -Be AzureADMultipleOrgs
        $app.Owner | Should -Contain $bob
        (New-MailAppRegistration Portal -SignInAudience AzureADMultipleOrgs).Change | Should -Be Unchanged
        (New-MailAppRegistration Portal -RedirectUri http://localhost -Platform PublicClient -SignInAudience AzureADMultipleOrgs).Change | Should -Be Updated
        (Get-MailAppRegistration Portal).RedirectUri.Count | Should -Be 2
    }

    It 'belong to one tenant unless told otherwise' {
        (New-MailAppRegistration Single).SignInAudience | Should -Be AzureADMyOrg
    }

    It 'take a certificate in place of a secret, also later' {
        $key = [System.Security.Cryptography.RSA]::Create(2048)
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=App', $key, [System.Security.Cryptography.HashAlgorithmName]::SHA256, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(90))
        $app = New-MailAppRegistration Signed -Certificate $certificate -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $app.ClientSecret | Should -BeNullOrEmpty
        $app.CertificateThumbprint | Should -Contain $certificate.Thumbprint
        ($app | Test-MailboxConnection -Mailbox $bob).Verdict | Should -Be Passed

        $null = New-MailAppRegistration Renewed -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $renewed = New-MailAppRegistration Renewed -Certificate $certificate
        $renewed.Change | Should -Be Updated
        ($renewed | Test-MailboxConnection -Mailbox $bob).Verdict | Should -Be Passed
    }

    It 'whose secret a policy of the tenant caps are told so with the cap, and take a secret within it' {
        New-MailSandbox -MaxSecretLifetime (New-TimeSpan -Days 90) | Connect-MailAdmin | Out-Null
        { New-MailAppRegistration Capped -SecretLifetime 6 -ErrorAction Stop } | Should -Throw '*90 days*'
        $Error[0].FullyQualifiedErrorId | Should -BeLike 'SecretLifetimeCapped*'
        Get-MailAppRegistration Capped -ErrorAction Ignore | Should -BeNullOrEmpty
        (New-MailAppRegistration Capped -SecretLifetime 2).ClientSecret | Should -BeOfType securestring
        (New-MailAppRegistration Longest -WarningVariable told -WarningAction Ignore).SecretExpiresAt | Should -BeLessThan ([DateTimeOffset]::UtcNow.AddDays(91))
        "$told" | Should -BeLike '*90 days*'
    }

    It 'that were deleted are told of when the name comes again' {
        $gone = New-MailAppRegistration Phoenix
        ($gone | Remove-MailAppRegistration -Confirm:$false).Change | Should -Be Removed
        $again = New-MailAppRegistration Phoenix -WarningVariable told -WarningAction SilentlyContinue
        $again.ClientId | Should -Not -Be $gone.ClientId
        "$told" | Should -BeLike "*$($gone.ClientId)*deleted*"
    }

    It 'are found by name, by the beginning of a name and by each of their ids' {
        $app = New-MailAppRegistration Finder
        (Get-MailAppRegistration Finder).ClientId | Should -Be $app.ClientId
        (Get-MailAppRegistration Fin*).ClientId | Should -Be $app.ClientId
        foreach ($id in $app.ClientId, $app.ApplicationObjectId, $app.ServicePrincipalObjectId) {
            (Get-MailAppRegistration -Id $id).Name | Should -Be Finder
        }
        Get-MailAppRegistration Nobody* | Should -BeNullOrEmpty
        { Get-MailAppRegistration Nobody -ErrorAction Stop } | Should -Throw '*Nobody*'
    }

    It 'are removed only when that is meant' {
        $app = New-MailAppRegistration Keep
        $app | Remove-MailAppRegistration -WhatIf
        (Get-MailAppRegistration Keep).ClientId | Should -Be $app.ClientId
        Get-MailAppRegistration Keep | Remove-MailAppRegistration -Confirm:$false | Should -Not -BeNullOrEmpty
        { Get-MailAppRegistration Keep -ErrorAction Stop } | Should -Throw
    }
}

Describe 'Consent' {
    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
        $app = New-MailAppRegistration Consenting -ApplicationPermission Graph/Mail.Read -DelegatedPermission Graph/Mail.ReadWrite -WarningAction SilentlyContinue
    }

    It 'is shown as requested against granted' {
        $rows = $app | Get-MailAppPermission
        $rows.Count | Should -Be 2
        $rows.Granted | Should -Be $false, $false
        $rows.Requested | Should -Be $true, $true
    }

    It 'opens every mailbox only with -TenantWide' {
        $app | Grant-MailAppConsent -WarningVariable left -WarningAction SilentlyContinue | Out-Null
        "$left" | Should -BeLike '*Graph/Mail.Read wasn''t granted because it gives access to all mailboxes*with -Mailbox.*use -TenantWide.'
        ($app | Get-MailAppPermission | Where-Object Kind -eq Application).Granted | Should -BeFalse
        ($app | Grant-MailAppConsent -TenantWide -Confirm:$false).Change | Should -Be Updated
        ($app | Grant-MailAppConsent -TenantWide -Confirm:$false).Change | Should -Be Unchanged
        ($app | Get-MailAppPermission).Granted | Should -Be $true, $true
    }

    It 'follows its own warning: the secret of the first run is in the object of the second' {
        $first = New-MailAppRegistration Warned -ApplicationPermission Graph/Mail.Read -WarningVariable told -WarningAction SilentlyContinue
        "$told" | Should -Match '-Mailbox.*-TenantWide'
        $second = New-MailAppRegistration Warned -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        [Net.NetworkCredential]::new('', $second.ClientSecret).Password | Should -BeExactly ([Net.NetworkCredential]::new('', $first.ClientSecret).Password)
        (Test-MailboxConnection -App $second -Mailbox alice@contoso.onmicrosoft.com).Verdict | Should -Be Passed
    }

    It 'is granted for one user, and taken from this one alone' {
        $app | Grant-MailAppConsent -DelegatedPermission Graph/Mail.ReadWrite, Graph/Mail.Send -User $bob | Out-Null
        ($app | Get-MailAppPermission | Where-Object Kind -eq Delegated).GrantedFor | Should -Be $bob, $bob
        ($app | Revoke-MailAppConsent -DelegatedPermission Graph/Mail.Send -User $bob -Confirm:$false -WarningAction SilentlyContinue).Change | Should -Be Removed
        ($app | Get-MailAppPermission | Where-Object { $_.Kind -eq 'Delegated' -and $_.Granted }).Permission | Should -Be Mail.ReadWrite
    }

    It 'is taken back whole, with a word about tokens that are out already' {
        $app | Grant-MailAppConsent -TenantWide -Confirm:$false | Out-Null
        $app | Revoke-MailAppConsent -Confirm:$false -WarningVariable told -WarningAction SilentlyContinue | Out-Null
        "$told" | Should -BeLike '*60 to 90 minutes*'
        ($app | Get-MailAppPermission).Granted | Should -Be $false, $false
        ($app | Revoke-MailAppConsent -Confirm:$false).Change | Should -Be Unchanged
    }

    It 'changes nothing with -WhatIf in either direction' {
        $app | Grant-MailAppConsent -TenantWide -WhatIf
        ($app | Get-MailAppPermission).Granted | Should -Be $false, $false
        $app | Grant-MailAppConsent -TenantWide -Confirm:$false | Out-Null
        $app | Revoke-MailAppConsent -WhatIf
        ($app | Get-MailAppPermission).Granted | Should -Be $true, $true
    }

    It 'comes with what signing in asks for, which is no row of its own' {
        $granted = ($app | Grant-MailAppConsent -WarningAction SilentlyContinue).GrantedPermission
        $granted.Name | Sort-Object | Should -Be Mail.ReadWrite, offline_access, openid, profile
        ($app | Get-MailAppPermission).Permission | Should -Not -Contain openid
        ($app | Get-MailAppPermission).UserConsentAllowed | Should -Be $false, $false
    }

    It 'can be for those alone who are assigned' {
        $first = $app | Grant-MailAppConsent -DelegatedPermission Graph/Mail.ReadWrite -AssignmentRequired -WarningVariable left -WarningAction SilentlyContinue
        $first.Change | Should -Be Updated
        "$left" | Should -BeLike '*assigned*Users and groups*'
        ($app | Grant-MailAppConsent -DelegatedPermission Graph/Mail.ReadWrite -AssignmentRequired -WarningAction SilentlyContinue).Change | Should -Be Unchanged
        ($app | Grant-MailAppConsent -DelegatedPermission Graph/Mail.ReadWrite -AssignmentRequired:$false).Change | Should -Be Updated
        (Get-MailAdminChange | Where-Object Action -eq 'Change assignment').After | Should -Be yes, no
    }

    It 'is an address for an admin when that is asked for' {
        $asked = $app | Grant-MailAppConsent -ConsentUrlOnly -WarningVariable told -WarningAction SilentlyContinue
        $asked.Change | Should -Be Pending
        $asked.AdminConsentUri | Should -Be "https://login.microsoftonline.com/$($app.TenantId)/adminconsent?client_id=$($app.ClientId)"
        "$told" | Should -BeLike '*Users can''t consent to Graph/Mail.ReadWrite if Microsoft manages the consent settings*'
        ($app | Get-MailAppPermission).Granted | Should -Be $false, $false
    }

    It 'is an address for an admin when whoever is signed in may not grant' {
        $weak = New-MailAppRegistration Weak -ApplicationPermission Graph/Directory.Read.All, Graph/Application.Read.All
        $sandbox = (Get-MailAdminContext).Sandbox
        $null = $sandbox | Connect-MailAdmin -TenantId $weak.TenantId -ClientId $weak.ClientId -ClientSecret $weak.ClientSecret -Name Weak
        $left = Get-MailAppRegistration Consenting | Grant-MailAppConsent -TenantWide -Confirm:$false -WarningAction SilentlyContinue
        $left.Change | Should -Be Pending
        $left.Pending[0] | Should -BeLike 'You don''t have permission to grant consent*'
        $left.AdminConsentUri | Should -BeLike '*adminconsent?client_id=*'
    }

    It 'is refused for what the resource does not have' {
        { $app | Grant-MailAppConsent -ApplicationPermission Graph/Mail.Nonsense -ErrorAction Stop } | Should -Throw '*Mail.Nonsense*'
    }
}

Describe 'Purging' {
    It 'is refused where the cloud does not have it, before anything is received' {
        New-MailSandbox -Environment China | Connect-MailAdmin | Out-Null
        $app = New-MailAppRegistration Cleaner -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        { $app | Receive-MailboxMessage -Mailbox $mailbox -Destination $TestDrive -AfterProcessing Purge -Confirm:$false -ErrorAction Stop } | Should -Throw '*China*'
        Get-ChildItem $TestDrive -Filter *.eml | Should -BeNullOrEmpty
    }
}
