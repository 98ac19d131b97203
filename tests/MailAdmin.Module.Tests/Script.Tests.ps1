Describe 'A script for review' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        . $PSScriptRoot/StandIns.ps1
        $alice, $bob = 'alice@contoso.onmicrosoft.com', 'bob@contoso.onmicrosoft.com'
        $description = @{ Mailboxes = @(@{ Name = 'robot'; ImapEnabled = $false }, @{ Name = 'second' }) }
        $mailboxes = 'robot@contoso.onmicrosoft.com', 'second@contoso.onmicrosoft.com'

        function New-Twin { 1..2 | ForEach-Object { New-MailSandbox -Description $description } }
    }

    AfterEach {
        Disconnect-MailAdmin -All
    }

    It 'sets up <_> as the cmdlet does' -ForEach 'JEMHC', 'Jim2', 'Jim2Outgoing', 'LogicalDOC', 'SysAid', 'Ultimo' {
        $one, $other = New-Twin
        $install = @{ Recipe = $_; Mailbox = $mailboxes; TimeZone = 'Europe/Berlin'; Customer = 'contoso' }
        $one | Connect-MailAdmin | Out-Null
        Use-StandIn $one
        $before = Get-StandInState none $mailboxes
        $script = Install-MailApp @install -AsScript
        $script | Should -HaveCount 1
        Get-StandInState none $mailboxes | Should -Be $before
        Get-MailAdminChange | Should -BeNullOrEmpty
        $errors = $null
        $null = [Management.Automation.Language.Parser]::ParseInput($script, [ref]$null, [ref]$errors)
        $errors | Should -BeNullOrEmpty

        $steps = Install-MailApp @install -Confirm:$false -WarningAction SilentlyContinue 6>$null
        $steps.Status | Should -Not -Contain Failed
        $name = $_ -eq 'JEMHC' ? 'Enterprise Mail Handler for Jira Cloud (JEMHC)' : $_
        $made = Get-StandInState $name $mailboxes
        $made | Should -Not -Be $before

        Use-StandIn $other
        Invoke-Command -ScriptBlock ([scriptblock]::Create($script)) | Out-Null
        $StandIn.Graph = $StandIn.Admin
        Get-StandInState $name $mailboxes | Should -BeExactly $made
    }

    It 'restricts an app as the cmdlet does' {
        $one, $other = New-Twin
        $limit = @{ Mailbox = $mailboxes }
        $apps = foreach ($sandbox in $one, $other) {
            $sandbox | Connect-MailAdmin -Name $sandbox.TenantId | Out-Null
            New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.Read, Graph/Mail.Send, Graph/User.Read.All -TenantWide -Confirm:$false
        }
        $script = $apps[1] | Limit-MailApp @limit -AsScript
        $script | Should -BeLike '*Run the rest 2 hours later*Remove-MgServicePrincipalAppRoleAssignment*'
        $null = $apps[0] | Limit-MailApp @limit -Confirm:$false -Context $one.TenantId -WarningAction SilentlyContinue
        Use-StandIn $one
        $limited = Get-StandInState Archive $mailboxes
        Use-StandIn $other
        Invoke-Command -ScriptBlock ([scriptblock]::Create($script)) | Out-Null
        Get-StandInState Archive $mailboxes | Should -BeExactly $limited
    }

    It 'is made with a context that is read-only, and says what it cannot do' {
        $sandbox = New-MailSandbox
        $sandbox | Connect-MailAdmin -ReadOnly | Out-Null
        Install-MailApp Jim2 $alice -AsScript | Should -BeLike '*New-MgApplication*New-ManagementRoleAssignment*'
        { Install-MailApp Jim2 nobody@contoso.onmicrosoft.com -AsScript -ErrorAction Stop } | Should -Throw -ErrorId 'UnknownMailbox*'
        $sandbox | Connect-MailAdmin | Out-Null
        $app = New-MailAppRegistration Jim2 -ApplicationPermission Graph/Mail.Read -Mailbox $alice
        { Install-MailApp Jim2 $alice -AsScript -ErrorAction Stop } | Should -Throw -ErrorId 'ScriptNeedsNewApp*'
        { $app | Limit-MailApp -Mailbox $bob -AsScript -ErrorAction Stop } | Should -Throw -ErrorId 'ScriptNotPossible*'
    }
}

Describe 'The reverse of a change' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        . $PSScriptRoot/StandIns.ps1
        $sandbox = New-MailSandbox -Description @{ Mailboxes = @(@{ Name = 'robot'; Language = 'en-US'; TimeZone = 'UTC' }, @{ Name = 'second' }) }
        $mailboxes = $robot, $second = 'robot@contoso.onmicrosoft.com', 'second@contoso.onmicrosoft.com'
        $sandbox | Connect-MailAdmin | Out-Null
        Use-StandIn $sandbox
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.Read -Mailbox $robot
        $null = $app | Grant-MailAppConsent -ApplicationPermission Exchange/IMAP.AccessAsApp, Graph/User.Read.All -Confirm:$false -TenantWide

        # The numbers of what a command changes.
        function Get-Number([scriptblock] $Change) {
            $last = @(Get-MailAdminChange)[-1].Number
            $null = & $Change
            (Get-MailAdminChange | Where-Object Number -GT $last).Number
        }
    }

    AfterAll {
        Disconnect-MailAdmin -All
    }

    It 'of <Of> leads back' -TestCases @(
        @{ Of = 'new permissions on a mailbox'; Change = { $app | Grant-MailboxAccess -Mailbox $second -SendAs -Confirm:$false } }
        @{ Of = 'settings of a mailbox'; Change = { Set-MailboxSetting $robot -ImapEnabled $false -SmtpAuth Enabled -Language de-DE -TimeZone Europe/Berlin -Confirm:$false } }
        @{ Of = 'another mailbox in a scope'; Change = { $app | Limit-MailApp -Add $second -Confirm:$false -WarningAction SilentlyContinue } }
        @{ Of = 'revoked consent'; Change = { $app | Revoke-MailAppConsent -ApplicationPermission Graph/User.Read.All -Confirm:$false -WarningAction SilentlyContinue } }
        @{ Of = 'new consent'; Change = { $app | Grant-MailAppConsent -ApplicationPermission Exchange/SMTP.SendAsApp -DelegatedPermission Graph/Mail.Read -Confirm:$false -TenantWide } }
        @{ Of = 'a disabled app'; Change = { Set-MailAppRegistration $app -Enabled $false -Confirm:$false } }
        @{ Of = 'a new secret'; Change = { $app | New-MailAppSecret -WarningAction SilentlyContinue } }
        @{ Of = 'a new policy'; Change = { New-MailAppAccessPolicy -App $app -Mailbox $robot -Confirm:$false -WarningAction SilentlyContinue } }
    ) {
        $before = Get-StandInState Archive $mailboxes
        $policies = @(Get-MailAppAccessPolicy).Count
        $numbers = Get-Number $Change
        $numbers | Should -Not -BeNullOrEmpty
        $changed = Get-StandInState Archive $mailboxes
        $script = Get-MailAdminChange -Number $numbers -AsScript
        Get-StandInState Archive $mailboxes | Should -Be $changed
        Invoke-Command -ScriptBlock ([scriptblock]::Create($script)) | Out-Null
        Get-StandInState Archive $mailboxes | Should -BeExactly $before
        @(Get-MailAppAccessPolicy).Count | Should -Be $policies
        # What was reversed isn't reversed again.
        Invoke-Command -ScriptBlock ([scriptblock]::Create((Get-MailAdminChange -Number $numbers -AsScript))) | Out-Null
        Get-StandInState Archive $mailboxes | Should -BeExactly $before
    }

    It 'of a revoked permission on a mailbox leads back' {
        $null = $app | Grant-MailboxAccess -Mailbox $second -Confirm:$false
        $before = Get-StandInState Archive $mailboxes
        $numbers = Get-Number { $app | Revoke-MailboxAccess -Mailbox $second -Confirm:$false }
        Invoke-Command -ScriptBlock ([scriptblock]::Create((Get-MailAdminChange -Number $numbers -AsScript))) | Out-Null
        Get-StandInState Archive $mailboxes | Should -BeExactly $before
    }

    It 'of a whole app removes it, and says what a script cannot do' {
        $script = Get-MailAdminChange Archive -AsScript
        $script | Should -BeLike '*Remove-ManagementRoleAssignment*Remove-ManagementScope*Remove-ServicePrincipal*Remove-MgApplication -ApplicationId*'
        Get-MailAdminChange -Number 1 -AsScript | Should -BeLike '*Nothing was changed*'
        Get-MailAdminChange -Target nothing -AsScript | Should -BeNullOrEmpty
        { Get-MailAdminChange -Number 4711 -AsScript -ErrorAction Stop } | Should -Throw -ErrorId 'ChangeNotFound*'
        $table = Get-MailAdminChange | Format-Table | Out-String -Width 80
        $table | Should -Match 'Number\s+At'
    }
}
