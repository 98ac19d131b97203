Describe 'Get-MailAppAccess' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $alice = 'alice@contoso.onmicrosoft.com'
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $null = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $null = New-MailAppRegistration -Name 'Scanner' -ApplicationPermission Exchange/IMAP.AccessAsApp | Grant-MailboxAccess -Mailbox $invoices
        $null = New-MailAppRegistration -Name 'Directory' -ApplicationPermission Graph/User.Read.All
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'lists the apps that can reach mail, with how widely and by what' {
        $apps = Get-MailAppAccess
        $apps.App | Should -Be 'Archive', 'Scanner'
        $apps.Reach | Should -Be 'TenantWide', 'Mailboxes'
        $apps[1].Access[0].Mailbox | Should -Be $invoices
        $apps[0].Finding.Kind | Should -Contain 'TenantWide'
    }

    It 'finds the apps of one mailbox, and those of a name' {
        (Get-MailAppAccess -Mailbox $alice).App | Should -Be 'Archive'
        (Get-MailAppAccess Scan*).App | Should -Be 'Scanner'
        (Get-MailAppAccess -SkipMailboxRight Scanner -WarningAction SilentlyContinue).Reach | Should -Be 'Unknown'
    }

    It 'warns of what it may not read, and never says that it is nothing' {
        Set-MailSandbox -ExchangeRoleGroup @()
        $apps = Get-MailAppAccess -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -BeGreaterThan 2
        $apps.Reach | Should -Be 'Unknown', 'Unknown'
    }

    It 'shows a table without ids, and everything in a list' {
        $table = Get-MailAppAccess | Format-Table | Out-String -Width 200
        $table | Should -Match 'Archive\s+TenantWide\s+TenantWide, Secret\s+Graph/Mail.Read'
        $table | Should -Not -Match '[0-9a-f]{8}-[0-9a-f]{4}'
        $list = Get-MailAppAccess Scanner | Format-List | Out-String -Width 200
        $list | Should -Match "mailboxes with FullAccess for the app \($invoices\)"
    }
}

Describe 'What access should be' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $null = Connect-MailAdmin -Sandbox
        $invoices, $alice = 'invoices@contoso.onmicrosoft.com', 'alice@contoso.onmicrosoft.com'
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.Read -Mailbox $invoices
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'is expected: <Expect> on <Of> is <Verdict>' -TestCases @(
        @{ Of = 'invoices'; Expect = 'Granted'; Access = 'Granted'; Verdict = 'Passed' }
        @{ Of = 'invoices'; Expect = 'Denied'; Access = 'Granted'; Verdict = 'Failed' }
        @{ Of = 'alice'; Expect = 'Denied'; Access = 'Denied'; Verdict = 'Passed' }
        @{ Of = 'alice'; Expect = 'Granted'; Access = 'Denied'; Verdict = 'Failed' }
        @{ Of = 'alice'; Expect = $null; Access = 'Denied'; Verdict = 'Failed' }
    ) {
        $expected = $Expect ? @{ Expect = $Expect } : @{}
        $test = $app | Test-MailAppAccess -Mailbox "$Of@contoso.onmicrosoft.com" @expected
        "$($test.Access)", "$($test.Verdict)", $test.Expected | Should -Be $Access, $Verdict, $Expect
    }

    It 'can be probed, and what a probe opened is granted' {
        $test = $app | Test-MailAppAccess -Mailbox $invoices -Probe -Expect Denied
        "$($test.Probe.Verdict)", "$($test.Verdict)" | Should -Be Passed, Failed
    }

    It 'is compared with objects of Get-MailAppAccess in a file' {
        $file = Join-Path $TestDrive 'last.json'
        Get-MailAppAccess | ConvertTo-Json -Depth 6 | Set-Content $file
        Compare-MailAppAccess -Baseline $file | Should -BeNullOrEmpty
        $null = New-MailAppRegistration Other -ApplicationPermission Graph/Mail.Send -TenantWide -Confirm:$false
        $difference = Compare-MailAppAccess -Baseline $file
        "$difference" | Should -Be 'New: Other on all mailboxes'
        $difference | Format-Table | Out-String -Width 120 | Should -Match 'New\s+Other\s+all mailboxes\s+Graph/Mail.Send'
        { Compare-MailAppAccess -Baseline (Join-Path $TestDrive none.json) -ErrorAction Stop } | Should -Throw -ErrorId 'BaselineNotFound*'
    }
}

Describe 'Export-MailAdminReport' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration -Name '<b>Archive</b>' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $page = Join-Path $TestDrive "$(New-Guid).html"
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'writes a page and its JSON, and says what is in them' {
        $report = Export-MailAdminReport -Path $page
        $report.Change | Should -Be 'Created'
        $report.AppCount, $report.TenantWideCount | Should -Be 1, 1
        Get-Content $page -Raw | Should -Match '&lt;b&gt;Archive&lt;/b&gt;'
        (Get-Content $report.JsonPath -Raw | ConvertFrom-Json).apps[0].app | Should -Be '<b>Archive</b>'
    }

    It 'writes over nothing without Force, and nothing at all with WhatIf' {
        Export-MailAdminReport -Path $page -WhatIf
        Test-Path $page | Should -BeFalse
        Set-Content $page 'mine'
        { Export-MailAdminReport -Path $page -ErrorAction Stop } | Should -Throw -ErrorId 'ReportExists*'
        Get-Content $page | Should -Be 'mine'
        (Export-MailAdminReport -Path $page -Force).Change | Should -Be 'Updated'
    }

    It 'takes results of tests from the pipeline, and nothing else' {
        $tests = @($app | Test-MailAppAccess -Mailbox $invoices) + @($app | Test-MailboxConnection -Mailbox $invoices)
        ($tests | Export-MailAdminReport -Path $page).TestCount | Should -Be 2
        Get-Content $page -Raw | Should -Match 'Connection tests'
        $null = 'text' | Export-MailAdminReport -Path $page -Force -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'NotForReport*'
    }

    It 'shows where an app differs from its recipe' {
        $null = Install-MailApp Jim2 -Mailbox $invoices -WarningAction SilentlyContinue
        $null = Get-MailAppRegistration Jim2 | Grant-MailAppConsent -ApplicationPermission Graph/Mail.Send -TenantWide -Confirm:$false
        (Get-MailAppRegistration Jim2 | Test-MailApp | Export-MailAdminReport -Path $page).TestCount | Should -Be 1
        Get-Content $page -Raw | Should -Match '(?s)Drift from recipes.*excess.*Graph/Mail.Send'
    }

    It 'takes apps from the pipeline in place of the inventory' {
        $null = New-MailAppRegistration -Name 'Other' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        (Get-MailAppAccess Other | Export-MailAdminReport -Path $page).AppCount | Should -Be 1
    }

    It 'says on the page what could not be read' {
        Set-MailSandbox -ExchangeRoleGroup @()
        (Export-MailAdminReport -Path $page -WarningAction SilentlyContinue).Unknown.Count | Should -BeGreaterThan 2
        Get-Content $page -Raw | Should -Match 'This report is incomplete'
    }
}
