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

    It 'show what stops a robot, and leave a held mailbox alone' {
        Get-MailAdminContext | Disconnect-MailAdmin
        $null = New-MailSandbox -Description @{
            Mailboxes = @(
                @{ Name = 'held'; LitigationHoldEnabled = $true; RecoverableItemsGB = 95; Messages = 2 }
                @{ Name = 'ruled'; ForwardingSmtpAddress = 'held@contoso.onmicrosoft.com'; InboxRules = @(@{ Name = 'Invoices'; MoveToFolder = 'Robots' }) }
            )
        } | Connect-MailAdmin
        $held, $ruled = Get-MailboxSetting held@contoso.onmicrosoft.com, ruled@contoso.onmicrosoft.com
        $held.Hold | Should -Be 'Litigation hold'
        $held.RecoverableItemsSize, $held.RecoverableItemsQuota | Should -Be (95GB, 100GB)
        $held.Warning | Should -BeLike 'Recoverable Items is nearly full*hold*'
        $ruled.ForwardingAddress, $ruled.InboxRule.Name | Should -Be ('held@contoso.onmicrosoft.com', 'Invoices')
        ($held | Format-List | Out-String) | Should -Match 'RecoverableItemsSize +: 97.280 MB of 102.400 MB'

        $app = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $purge = @{ Mailbox = 'held@contoso.onmicrosoft.com'; AfterProcessing = 'Purge'; Confirm = $false }
        { $app | Receive-MailboxMessage @purge -ErrorAction Stop } | Should -Throw -ErrorId 'MailboxOnHold*'
        { $app | Get-MailboxMessage -Mailbox $purge.Mailbox | Receive-MailboxMessage -AfterProcessing Purge -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'MailboxOnHold*'
        @($app | Get-MailboxMessage -Mailbox $purge.Mailbox) | Should -HaveCount 2
        $received = $app | Receive-MailboxMessage @purge -Force -WarningVariable warnings -WarningAction SilentlyContinue
        $received | Should -HaveCount 2
        "$warnings" | Should -BeLike '*Recoverable Items is nearly full*'
        $app | Get-MailboxMessage -Mailbox $purge.Mailbox | Should -BeNullOrEmpty
    }
}
