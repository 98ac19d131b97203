# What a person at a prompt gets beside the objects: completion and progress.
Describe 'At the prompt' {
    BeforeAll {
        Import-Module ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin'))
        $module = (Get-Module MailAdmin).ModuleBase

        function Complete([string] $Line) {
            (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches
        }

        # Runs a script in a runspace of its own, and gives what it wrote to the progress stream.
        function Get-Progress([string] $Script) {
            $shell = [powershell]::Create([initialsessionstate]::CreateDefault())
            try {
                $null = $shell.AddScript("`$ErrorActionPreference = 'Stop'; Import-Module '$module'; $Script").Invoke()
                $shell.Streams.Error | ForEach-Object { throw $_ }
                $shell.Streams.Progress
            }
            finally {
                $shell.Dispose()
            }
        }
    }

    Context 'completion' {
        BeforeAll {
            $context = Connect-MailAdmin -Sandbox
            $app = New-MailAppRegistration -Name 'Invoice reader' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide
            $mailbox = $context.Sandbox.Mailbox[0]
            $null = $app | New-MailFolder -Mailbox $mailbox -Path "Invoices/Bob's"
        }

        AfterAll { Disconnect-MailAdmin }

        It 'knows the mailboxes of a sandbox at once' {
            (Complete 'Get-MailFolder -Mailbox ').CompletionText | Should -Be ($context.Sandbox.Mailbox | Sort-Object)
            (Complete "Grant-MailboxAccess -Mailbox $($mailbox.Substring(0, 4))").CompletionText | Should -Contain $mailbox
        }

        It 'knows the folders that were shown, quoted where they must be, and the usual ones' {
            $found = (Complete 'Receive-MailboxMessage -Folder ').CompletionText
            $found | Should -Contain 'Inbox'
            $found | Should -Contain "'Invoices/Bob''s'"
            (Complete "Receive-MailboxMessage -Mailbox nobody@contoso.com -Folder Inv").CompletionText | Should -Not -Contain "'Invoices/Bob''s'"
        }

        It 'finds an app by its name and gives its client id' {
            $found = Complete 'Get-MailAppRegistration -Id Invo'
            $found.CompletionText | Should -Be $app.ClientId
            $found.ToolTip | Should -Be 'Invoice reader'
        }

        It 'shows no name of another tenant' {
            $other = Connect-MailAdmin -Sandbox -Name other
            try {
                (Complete 'Get-MailAppRegistration -Id Invo').CompletionText | Should -Not -Contain $app.ClientId
                (Complete "Get-MailAppRegistration -Context $($context.Name) -Id Invo").CompletionText | Should -Contain $app.ClientId
            }
            finally {
                Disconnect-MailAdmin -Name other
            }
        }
    }

    Context 'progress' {
        It 'tells of what takes longer than a second: messages, how many, how long still' {
            $records = Get-Progress @'
$null = Connect-MailAdmin -Sandbox
$app = New-MailAppRegistration -Name Slow -ApplicationPermission Graph/Mail.ReadWrite -TenantWide
$mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
1..8 | ForEach-Object { Add-MailSandboxMessage -Mailbox $mailbox -Folder Many -Content "Subject: Number $_`n`nHello`n" }
$app | Receive-MailboxMessage Many -Mailbox $mailbox -AfterProcessing Delete | ForEach-Object { Start-Sleep -Milliseconds 300 }
'@
            $mine = @($records | Where-Object Activity -eq 'Receive-MailboxMessage')
            $mine[0].StatusDescription | Should -Match '^\d of 8 messages'
            $mine[0].PercentComplete | Should -BeGreaterThan 0
            $mine[-1].RecordType | Should -Be 'Completed'
        }

        It 'is silent about what takes less, and where a runbook says so' {
            Get-Progress '$null = Connect-MailAdmin -Sandbox; $null = Get-MailAppRegistration' | Should -BeNullOrEmpty
            Get-Progress @'
$ProgressPreference = 'SilentlyContinue'
$null = Connect-MailAdmin -Sandbox
$app = New-MailAppRegistration -Name Slow -ApplicationPermission Graph/Mail.ReadWrite -TenantWide
$mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
1..5 | ForEach-Object { Add-MailSandboxMessage -Mailbox $mailbox -Folder Many -Content "Subject: Number $_`n`nHello`n" }
$app | Receive-MailboxMessage Many -Mailbox $mailbox -AfterProcessing Delete | ForEach-Object { Start-Sleep -Milliseconds 300 }
'@ | Should -BeNullOrEmpty
        }
    }
}
