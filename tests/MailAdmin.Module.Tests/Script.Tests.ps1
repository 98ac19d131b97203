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
