# Exchange's part through a session of ExchangeOnlineManagement: the same results as over the endpoint.
Describe 'Connect-MailAdmin -UseExchangeSession' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        Import-Module (Join-Path $env:MAILADMIN_MODULE Sandbox/ExchangeStandIn.psm1)
        $description = @{ Mailboxes = @(@{ Name = 'robot'; ImapEnabled = $false }, @{ Name = 'second' }, @{ Name = 'third' }) }
        $robot, $second, $third = 'robot', 'second', 'third' | ForEach-Object { "$_@contoso.onmicrosoft.com" }

        # What a user sees of each step, without IDs and times.
        function Invoke-Scenario {
            $baseline = Join-Path $TestDrive "$(New-Guid).json"
            $quiet = @{ WarningAction = 'SilentlyContinue' }
            & {
                Install-MailApp LogicalDOC $robot, $second -Confirm:$false @quiet 6>$null | Select-Object Step, Target, Status, Change, Detail
                $archive = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send -TenantWide -Confirm:$false
                Get-MailAppAccess | ConvertTo-Json -Depth 6 | Set-Content $baseline
                $archive | Limit-MailApp -Mailbox $robot, $second -Confirm:$false @quiet | Select-Object App, Mailbox, Permission, IsLimited, Change, Pending
                $archive | Limit-MailApp -Add $third -Remove $second -Confirm:$false @quiet | Select-Object App, Mailbox, Change
                $archive | Test-MailAppAccess -Mailbox $robot, $second | Select-Object Mailbox, Verdict, Access, Cause, Advice
                Compare-MailAppAccess -Baseline $baseline | ForEach-Object ToString
                $scanner = New-MailAppRegistration Scanner -ApplicationPermission Exchange/IMAP.AccessAsApp, Exchange/SMTP.SendAsApp
                $scanner | Grant-MailboxAccess -Mailbox $robot, $third -SendAs -Confirm:$false | Select-Object Mailbox, Right, Change
                $scanner | Get-MailboxAccess | Select-Object Mailbox, Right
                $scanner | Revoke-MailboxAccess -Mailbox $third -Confirm:$false | Select-Object Mailbox, Right, Change
                Set-MailboxSetting $robot -ImapEnabled $true -TimeZone Europe/Paris -Confirm:$false | Select-Object Mailbox, ImapEnabled, TimeZone, Change
                New-MailAppAccessPolicy -App $scanner -Mailbox $robot -Confirm:$false @quiet | Select-Object AccessRight, Scope, Change
                Get-MailAppAccess @quiet | Select-Object App, Reach, Access, Finding
                Get-MailAppAccess -Mailbox $third @quiet | ForEach-Object App
                $archive | Remove-MailAppRegistration -Confirm:$false @quiet | Select-Object Name, Change
                $null = Limit-MailApp $scanner -Mailbox nobody@contoso.onmicrosoft.com -Confirm:$false -ErrorVariable refused -ErrorAction SilentlyContinue
                $refused | Select-Object FullyQualifiedErrorId, @{ Name = 'Text'; Expression = { "$_" } }
                Get-MailAdminChange | Select-Object Action, Target, Before, After
            } | ConvertTo-Json -Depth 5 -WarningAction Ignore
        }

        # Results name objects by IDs, and times.
        function Hide-Id($Text) {
            $numbers = @{}
            $text = $Text -replace '"[0-9a-f]{32}"' -replace 'until \d{4}[0-9-]+ [0-9:]+Z' -replace '(Application [A-Za-z.]+)-[0-9a-f-]+', '$1'
            # A filter has its mailboxes in the order of their IDs, which are random.
            $text = [regex]::Replace($text, "Guid -eq [^""]*", { param($m) "$($m.Value.Split(' -or ').Count) mailboxes" })
            [regex]::Replace($text, '[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}', { param($m) $numbers[$m.Value.ToLowerInvariant()] ??= "#$($numbers.Count)"; $numbers[$m.Value.ToLowerInvariant()] })
        }
    }

    AfterEach {
        Disconnect-MailAdmin -All
        Disconnect-ExchangeOnline -Confirm:$false
    }

    It 'leads to the same results, and no request to the endpoint' {
        New-MailSandbox -Description $description | Connect-MailAdmin | Out-Null
        $expected = Invoke-Scenario
        $sandbox = New-MailSandbox -Description $description
        Connect-ExchangeOnline $sandbox
        $transcript = Join-Path $TestDrive requests.jsonl
        ($sandbox | Connect-MailAdmin -UseExchangeSession -TranscriptPath $transcript).UsesExchangeSession | Should -BeTrue
        $found = Invoke-Scenario
        Compare-Object (Hide-Id $expected).Split("`n") (Hide-Id $found).Split("`n") -CaseSensitive | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } | Should -BeNullOrEmpty
        Get-Content $transcript -Raw | Should -Not -Match adminapi
        $called = (Get-ConnectionInformation).Calls
        $called.Count | Should -BeGreaterThan 50
        $called | Should -Contain New-ManagementRoleAssignment
    }

    It 'stands in for a sign-in of a runbook as it is, with the sandbox as a default value' {
        $sandbox = New-MailSandbox -Description $description
        { Connect-ExchangeOnline -ManagedIdentity -Organization contoso.onmicrosoft.com } | Should -Throw '*New-MailSandbox*'
        $PSDefaultParameterValues = @{ 'Connect-ExchangeOnline:Sandbox' = $sandbox }
        Connect-ExchangeOnline -ManagedIdentity -Organization contoso.onmicrosoft.com -ShowBanner:$false
        (Get-CASMailbox $robot).ImapEnabled | Should -BeFalse
        { Get-CASMailbox nobody@contoso.onmicrosoft.com -ErrorAction Stop } | Should -Throw "*nobody*"
        Set-CASMailbox $robot -ImapEnabled $true -WhatIf
        (Get-CASMailbox $robot).ImapEnabled | Should -BeFalse
        # Later than a token lasts.
        Set-MailSandbox -Sandbox $sandbox -AdvanceTime 3:00:00
        (Get-CASMailbox $robot).ImapEnabled | Should -BeFalse
        Connect-ExchangeOnline -Prefix Mine
        @(Get-ConnectionInformation -ModulePrefix Mine).Count | Should -Be 1
        Disconnect-ExchangeOnline -ModulePrefix Mine -Confirm:$false
        Get-Command Get-MineCASMailbox -ErrorAction Ignore | Should -BeNullOrEmpty
        (Get-CASMailbox $robot).ImapEnabled | Should -BeFalse
        Get-ConnectionInformation | Out-String | Should -Not -Match 'eyJ|Token *:'
    }

    It 'uses the connection to the same tenant, whatever the prefix of its cmdlets' {
        $one, $other = 1..2 | ForEach-Object { New-MailSandbox -Description $description }
        { $one | Connect-MailAdmin -UseExchangeSession } | Should -Throw -ErrorId 'ExchangeSessionRequired*'
        Connect-ExchangeOnline $other
        { $one | Connect-MailAdmin -UseExchangeSession } | Should -Throw "*another tenant*$($one.TenantId)*"
        Connect-ExchangeOnline $one -Prefix Mine
        $one | Connect-MailAdmin -UseExchangeSession | Out-Null
        $null = Get-MailboxSetting $robot -ErrorAction Stop
        (Get-ConnectionInformation | Where-Object ModulePrefix -EQ Mine).Calls | Should -Contain Get-CASMailbox
        (Get-ConnectionInformation)[0].Calls | Should -BeNullOrEmpty
        Disconnect-ExchangeOnline -Confirm:$false
        { Get-MailboxSetting $robot -ErrorAction Stop } | Should -Throw -ErrorId 'ExchangeSessionRequired*'
    }

    It 'uses a partner''s connection for the customer that it names, and not for the partner' {
        $sandbox = New-MailSandbox -Description $description
        Connect-ExchangeOnline $sandbox -DelegatedOrganization customer.example
        { $sandbox | Connect-MailAdmin -UseExchangeSession } | Should -Throw "*another tenant*"
        Connect-ExchangeOnline $sandbox -DelegatedOrganization $sandbox.Domain -TenantId (New-Guid)
        ($sandbox | Connect-MailAdmin -UseExchangeSession).UsesExchangeSession | Should -BeTrue
    }

    It 'has the cmdlets of the account''s roles, and says which one is missing' {
        $sandbox = New-MailSandbox -Description $description
        Connect-ExchangeOnline $sandbox -CommandName Get-*
        $sandbox | Connect-MailAdmin -UseExchangeSession | Out-Null
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $limit = $app | Limit-MailApp -Mailbox $robot -Confirm:$false -WarningAction SilentlyContinue
        "$($limit.Pending)" | Should -BeLike 'Pending: needs Organization Management*'
        $failed = $null
        Set-MailboxSetting $robot -ImapEnabled $true -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'AccessDenied*'
        "$($failed[0])" | Should -BeLike '*doesn''t have Set-CASMailbox*-CommandName*'
    }

    It 'changes what it is told, whatever the preferences, and nothing in a read-only context' {
        $sandbox = New-MailSandbox -Description $description
        Connect-ExchangeOnline $sandbox
        $sandbox | Connect-MailAdmin -UseExchangeSession -Name Changes | Out-Null
        $global:WhatIfPreference = $true
        try { (Set-MailboxSetting $robot -ImapEnabled $true -Confirm:$false -WhatIf:$false).Change | Should -Be Updated }
        finally { $global:WhatIfPreference = $false }
        (Get-MailboxSetting $robot).ImapEnabled | Should -BeTrue
        $sandbox | Connect-MailAdmin -UseExchangeSession -ReadOnly | Out-Null
        { Set-MailboxSetting $robot -ImapEnabled $false -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ReadOnlyContext*'
        (Get-MailboxSetting $robot).ImapEnabled | Should -BeTrue
    }
}
