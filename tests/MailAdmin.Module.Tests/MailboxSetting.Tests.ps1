Describe 'Policies and settings' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $bob = 'bob@contoso.onmicrosoft.com'
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'restrict an app by a policy of mailboxes, and let it go again' {
        $app = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $policy = $app | New-MailAppAccessPolicy -Mailbox $invoices -WarningVariable warnings -WarningAction SilentlyContinue
        $policy.Change | Should -Be 'Created'
        "$warnings" | Should -BeLike '*legacy*IMAP*'
        ($app | Test-MailboxConnection -Mailbox $bob).Cause | Should -BeLike '*access policy*'
        ($app | Test-MailboxConnection -Mailbox $invoices).Verdict | Should -Be 'Passed'
        ($app | Get-MailAppAccessPolicy | Remove-MailAppAccessPolicy -Confirm:$false).Change | Should -Be 'Removed'
        Get-MailAppAccessPolicy | Should -BeNullOrEmpty
        { New-MailAppAccessPolicy $app -Group $invoices -ErrorAction Stop } | Should -Throw -ErrorId 'NotSecurityPrincipal*'
    }

    It 'make no policy with -WhatIf' {
        $app = New-MailAppRegistration -Name 'Archive'
        $app | New-MailAppAccessPolicy -Mailbox $invoices -WhatIf
        Get-MailAppAccessPolicy | Should -BeNullOrEmpty
    }

    It 'show and set what a mailbox is like' {
        $before = Get-MailboxSetting $invoices
        $before.Language | Should -BeNullOrEmpty
        $before.RetainDeletedItemsFor.Days | Should -Be 14
        $after = $invoices | Set-MailboxSetting -Language de-DE -TimeZone Europe/Berlin -ImapEnabled $false -SmtpAuth Enabled
        $after.TimeZone | Should -Be 'W. Europe Standard Time'
        $after.ImapEnabled | Should -BeFalse
        $after.SmtpAuthEnabled | Should -BeTrue
        $invoices | Set-MailboxSetting -ImapEnabled $true -WhatIf
        (Get-MailboxSetting $invoices).ImapEnabled | Should -BeFalse
        { Set-MailboxSetting $invoices -TimeZone 'Mars/Olympus' -ErrorAction Stop } | Should -Throw -ErrorId 'UnknownTimeZone*'
        { Get-MailboxSetting 'nobody@example.com' -ErrorAction Stop } | Should -Throw -ErrorId 'UnknownMailbox*'
    }
}
