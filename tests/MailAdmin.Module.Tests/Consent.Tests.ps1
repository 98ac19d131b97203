BeforeAll {
    Import-Module ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin'))
    $alice = 'alice@contoso.onmicrosoft.com'
}

Describe 'Consent requests' {
    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
        $request = Get-MailAppConsentRequest
    }

    It 'tell the app, the scopes and who waits' {
        $request.App | Should -Be 'Fabrikam Mail Archive'
        $request.PendingScope | Should -Contain Mail.ReadWrite
        "$($request.RequestedBy)" | Should -Be $alice
        $request.RequestedBy[0].Reason | Should -Be 'I need my mail in the archive.'
        Get-MailAppConsentRequest Other* | Should -BeNullOrEmpty
    }

    It 'are approved with exactly what they ask for, and only when that is meant' {
        $request | Approve-MailAppConsentRequest -WhatIf
        (Get-MailAppConsentRequest).IsOpen | Should -BeTrue
        $approved = $request | Approve-MailAppConsentRequest -Confirm:$false
        $approved.Change | Should -Be Updated
        $approved.IsOpen | Should -BeFalse
        $app = Get-MailAppRegistration -Id $request.ClientId
        ($app.GrantedPermission.Name | Sort-Object) | Should -Be ($request.PendingScope | Sort-Object)
        ($app | Get-MailAppPermission).GrantedFor | Select-Object -Unique | Should -Be 'all users'
        Get-MailAppConsentRequest | Should -BeNullOrEmpty
        (Get-MailAppConsentRequest -All).RequestedBy.Status | Should -Be Completed
        (Approve-MailAppConsentRequest -Id $request.Id -Confirm:$false).Change | Should -Be Unchanged
    }

    It 'are approved for one user' {
        (Approve-MailAppConsentRequest -Id $request.Id -User $alice -Confirm:$false).Change | Should -Be Updated
        (Get-MailAppRegistration -Id $request.ClientId | Get-MailAppPermission).GrantedFor | Select-Object -Unique | Should -Be $alice
    }

    It 'that do not exist are refused' {
        { Approve-MailAppConsentRequest -Id ([guid]::NewGuid()) -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'NotFound*'
    }
}

Describe 'The consent workflow' {
    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
    }

    It 'is shown and changed, what is not named staying as it is' {
        (Get-MailAppConsentPolicy).Enabled | Should -BeTrue
        $changed = Set-MailAppConsentPolicy -Reviewer $alice -RemindReviewer $true -RequestDuration 7 -Confirm:$false
        $changed.Change | Should -Be Updated
        $now = Get-MailAppConsentPolicy
        $now.Reviewer | Should -Be $alice
        $now.RemindReviewer | Should -BeTrue
        $now.NotifyReviewer | Should -BeFalse
        $now.Enabled | Should -BeTrue
        $now.RequestDuration | Should -Be 7
        (Set-MailAppConsentPolicy -Reviewer $alice -Confirm:$false).Change | Should -Be Unchanged
    }

    It 'stays as it is with -WhatIf, and is not on without anybody who decides' {
        Set-MailAppConsentPolicy -Enabled $false -WhatIf
        (Get-MailAppConsentPolicy).Enabled | Should -BeTrue
        { Set-MailAppConsentPolicy -Reviewer nobody@contoso.onmicrosoft.com -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'NotFound*'
        (Set-MailAppConsentPolicy -Enabled $false -Confirm:$false).Enabled | Should -BeFalse
    }
}
