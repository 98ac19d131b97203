Describe 'Limit-MailApp and Test-MailAppAccess' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $alice = 'alice@contoso.onmicrosoft.com'
        $bob = 'bob@contoso.onmicrosoft.com'

        function Get-Readable($App) {
            foreach ($mailbox in $invoices, $alice, $bob) {
                if (($App | Test-MailboxConnection -Mailbox $mailbox).Verdict -eq 'Passed') { $mailbox }
            }
        }
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'confine an app to mailboxes in one run, and say so' {
        $limit = $app | Limit-MailApp -Mailbox $invoices, $alice -Confirm:$false -WarningAction SilentlyContinue
        $limit.IsLimited | Should -BeTrue
        $limit.Permission | Should -Be 'Mail.ReadWrite'
        Get-Readable $app | Should -Be $invoices, $alice
        $tests = $app | Test-MailAppAccess -Mailbox $invoices, $bob
        $tests.Verdict | Should -Be 'Passed', 'Failed'
        $tests[1].Cause | Should -BeLike '*outside the scope*'
        ($app | Limit-MailApp -Mailbox $invoices, $alice -Confirm:$false).Change | Should -Be 'Unchanged'
    }

    It 'do not call the claims of a limited app failed' {
        $null = $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -WarningAction SilentlyContinue
        $checks = ($app | Test-MailboxConnection -Mailbox $invoices).Checks
        ($checks | Where-Object Name -eq 'Claims').Status | Should -Be 'Skipped'
    }

    It 'take a mailbox in and another one out, by id too' {
        $null = $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -WarningAction SilentlyContinue
        $null = Limit-MailApp $app.ClientId -Add $bob -Remove $invoices -Confirm:$false
        Get-Readable $app | Should -Be $bob
    }

    It 'wait for the service in a realistic tenant' {
        $null = New-MailSandbox -Propagation Realistic | Connect-MailAdmin
        $app = New-MailAppRegistration -Name 'Slow' -ApplicationPermission Graph/Mail.Read -TenantWide -WarningAction SilentlyContinue
        $first = $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -WarningAction SilentlyContinue
        $first.Change | Should -Be 'Pending'
        $first.IsLimited | Should -BeFalse
        ($app | Test-MailAppAccess -Mailbox $bob).Verdict | Should -Be 'TooSoonToTell'
        Set-MailSandbox -AdvanceTime 02:00:00
        ($app | Limit-MailApp -Mailbox $invoices -Confirm:$false -WarningAction SilentlyContinue).IsLimited | Should -BeTrue
        Set-MailSandbox -AdvanceTime 01:00:00
        ($app | Test-MailAppAccess -Mailbox $bob).Verdict | Should -Be 'Failed'
        Get-Readable $app | Should -Be $invoices
    }

    It 'touch nothing with -WhatIf' {
        $app | Limit-MailApp -Mailbox $invoices -WhatIf
        Get-Readable $app | Should -Be $invoices, $alice, $bob
    }

    It 'refuse what is no app and what is no mailbox' {
        { Limit-MailApp 'nobody' -Mailbox $invoices -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'AppNotFound*'
        { Limit-MailApp 42 -Mailbox $invoices -Confirm:$false } | Should -Throw -ErrorId 'ParameterArgumentTransformationError*'
        { $app | Limit-MailApp -Mailbox 'nobody@example.com' -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'UnknownMailbox*'
        { $app | Test-MailAppAccess -Mailbox 'nobody@example.com' -ErrorAction Stop } | Should -Throw -ErrorId 'UnknownMailbox*'
    }
}
