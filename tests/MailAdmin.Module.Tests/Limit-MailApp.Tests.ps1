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
        $app = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
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

    It 'leaves a restricted app the bodies and attachments of its mailboxes' {
        $null = $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -WarningAction SilentlyContinue
        ($app | Get-MailboxMessage -Mailbox $invoices -Body -First 1).TextBody | Should -Not -BeNullOrEmpty
        $app | Receive-MailboxMessage -Mailbox $invoices -AfterProcessing MarkRead -Confirm:$false | Should -Not -BeNullOrEmpty
    }

    It 'takes the mailboxes of all rows from the pipeline into one scope' {
        $rows = "Mailbox`n$invoices`n$alice`n$($alice.ToUpperInvariant())" | ConvertFrom-Csv
        $limit = @($rows | Limit-MailApp -App $app -Confirm:$false -WarningAction SilentlyContinue)
        $limit.Count | Should -Be 1
        $limit[0].Mailbox | Sort-Object | Should -Be ($alice, $invoices)
        $limit[0].Change | Should -Not -Be Unchanged
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

    It 'open the mailbox for real when they are asked to' {
        $null = $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -WarningAction SilentlyContinue
        $tests = $app | Test-MailAppAccess -Mailbox $invoices, $bob -Probe
        $tests.Probe.Verdict | Should -Be 'Passed', 'Failed'
        { Get-MailAppRegistration Archive | Test-MailAppAccess -Mailbox $bob -Probe -ErrorAction Stop } | Should -Throw -ErrorId 'NoCredential*'
    }

    It 'are not needed for an app that is born with two mailboxes' {
        $born = New-MailAppRegistration -Name 'Born' -ApplicationPermission Graph/Mail.Read -Mailbox $invoices, $bob
        $born.GrantedPermission | Should -BeNullOrEmpty
        Get-Readable $born | Should -Be $invoices, $bob
        ($born | Remove-MailAppRegistration -Confirm:$false).Change | Should -Be 'Removed'
        (Get-MailAdminChange -ClientId $born.ClientId).Action | Should -Contain 'Remove-ManagementScope'
    }

    It 'leave pending what the admin may not do, and name the role' {
        Set-MailSandbox -ExchangeRoleGroup 'View-Only Organization Management'
        $limit = $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -WarningAction SilentlyContinue
        $limit.Change | Should -Be 'Pending'
        $limit.Pending | Should -BeLike 'Pending: needs Organization Management*'
        $limit.Pending.Needs | Should -BeLike 'Organization Management*'
        ($limit.Pending | Out-String -Width 300).Trim() | Should -Be "$($limit.Pending)"
        Set-MailSandbox -ExchangeRoleGroup @()
        { $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'AccessDenied*'
    }

    It 'customize an organization only when they are told to' {
        $null = New-MailSandbox -Dehydrated | Connect-MailAdmin
        $app = New-MailAppRegistration -Name 'First' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        { $app | Limit-MailApp -Mailbox $invoices -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'OrganizationNotCustomized*'
        ($app | Limit-MailApp -Mailbox $invoices -EnableCustomization -Confirm:$false -WarningAction SilentlyContinue).IsLimited | Should -BeTrue
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
