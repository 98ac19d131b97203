Describe 'Get-MailAppUsage' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'shows the two of forty mailboxes that an app reads, which it is then restricted to' {
        $sandbox = New-MailSandbox -Mailbox 40
        $sandbox | Connect-MailAdmin | Out-Null
        $app = New-MailAppRegistration 'Old archive' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $first, $second, $third = $sandbox.Mailbox | Sort-Object | Select-Object -First 3
        function Invoke-Product { $first, $second | ForEach-Object { $app | Get-MailboxMessage -Mailbox $_ -ErrorAction Stop } }
        $null = Invoke-Product
        $report = Export-MailAdminReport (Join-Path $TestDrive 'last.html')

        $usage = Get-MailAppUsage $app -Days 30
        $usage.Mailbox | Should -Be $first, $second
        $usage.Operation | Sort-Object -Unique | Should -Be MailItemsAccessed
        $usage.Usage | Sort-Object -Unique | Should -Be Seen
        $usage[0].Count | Should -BeGreaterThan 0
        $usage[0].FirstAt | Should -BeLessOrEqual $usage[0].LastAt
        $usage[0].ClientIP | Should -Be '192.0.2.10'
        $usage[0].SignInCount | Should -BeGreaterThan 0

        # What -WhatIf says goes to the host alone.
        $transcript = Join-Path $TestDrive 'whatif.txt'
        $null = Start-Transcript $transcript
        try { $usage | Limit-MailApp -App $app -WhatIf } finally { $null = Stop-Transcript }
        (Get-Content $transcript -Raw) | Should -BeLike "*Restrict access to $first, $second. The app would lose access to 38 mailboxes: $third, *, and 28 more.*"
        (Compare-MailAppAccess -Baseline $report.JsonPath) | Should -BeNullOrEmpty

        $limit = $usage | Limit-MailApp -App $app -Confirm:$false -WarningAction SilentlyContinue
        $limit.IsLimited | Should -BeTrue
        { Invoke-Product } | Should -Not -Throw
        ($app | Test-MailboxConnection -Mailbox $third).Verdict | Should -Be Failed
        ($app | Test-MailAppAccess -Mailbox $third -Expect Denied).Verdict | Should -Be Passed
        $difference = Compare-MailAppAccess -Baseline $report.JsonPath
        "$($difference.Difference)", $difference.Scope | Should -Be Narrowed, 'all mailboxes'
    }

    It 'tells apps, actions, and protocols apart' {
        Connect-MailAdmin -Sandbox | Out-Null
        $alice, $bob = 'alice@contoso.onmicrosoft.com', 'bob@contoso.onmicrosoft.com'
        $sender = New-MailAppRegistration Sender -ApplicationPermission Graph/Mail.Send, Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $imap = New-MailAppRegistration Scanner -ApplicationPermission Exchange/IMAP.AccessAsApp
        $null = $imap | Grant-MailboxAccess -Mailbox $bob
        $null = $sender | Send-MailboxMessage -Mailbox $alice -To $bob -Subject Hello -Body Hello
        $null = $imap | Receive-MailboxMessage -Mailbox $bob -Protocol Imap -Destination (Join-Path $TestDrive imap) -First 1
        $sender | Receive-MailboxMessage -Mailbox $bob -Destination (Join-Path $TestDrive in) -AfterProcessing Delete -First 1 | Out-Null
        $usage = Get-MailAppUsage Sender
        ($usage | Where-Object Operation -EQ Send).Mailbox | Should -Be $alice
        ($usage | Where-Object Operation -In SoftDelete, Move).Mailbox | Should -Be $bob
        (Get-MailAppUsage Scanner).Mailbox | Sort-Object -Unique | Should -Be $bob
    }

    It 'never says unused: no record, and a log that may not be read, are Unknown' {
        $sandbox = New-MailSandbox
        $sandbox | Connect-MailAdmin | Out-Null
        $app = New-MailAppRegistration Quiet -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $usage = Get-MailAppUsage $app
        "$($usage.Usage)", $usage.Mailbox, $usage.Count, $usage.SignInCount | Should -Be Unknown, $null, 0, 1
        $usage.Cause | Should -BeLike "*doesn't prove that the app is unused*license*retention*"
        $null = $app | Get-MailboxMessage -Mailbox alice@contoso.onmicrosoft.com
        Set-MailSandbox -AdvanceTime '40.00:00:00'
        (Get-MailAppUsage $app).Usage | Should -Be Unknown
        (Get-MailAppUsage $app -Days 60).Mailbox | Should -Be alice@contoso.onmicrosoft.com

        $reader = New-MailAppRegistration Reader -ApplicationPermission Graph/Application.Read.All -TenantWide -Confirm:$false
        $sandbox | Connect-MailAdmin -TenantId $sandbox.TenantId -ClientId $reader.ClientId -ClientSecret $reader.ClientSecret | Out-Null
        $usage = Get-MailAppUsage $app.ClientId -Days 60
        "$($usage.Usage)" | Should -Be Unknown
        $usage.SignInCount | Should -BeNullOrEmpty
        $usage.Cause | Should -Not -BeNullOrEmpty
    }

    It 'restricts nothing where nothing is known' {
        Connect-MailAdmin -Sandbox | Out-Null
        $app = New-MailAppRegistration Quiet -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $app | Get-MailAppUsage | Limit-MailApp -App $app -Confirm:$false -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        (Get-MailAppAccess Quiet).Reach | Should -Be TenantWide
    }
}
