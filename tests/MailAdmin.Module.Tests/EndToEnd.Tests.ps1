Describe 'From registration to mail, end to end' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $inbox = @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Inbox)
        $app = New-MailAppRegistration -Name 'Invoices' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $destination = Join-Path $TestDrive ([guid]::NewGuid())
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'registers, tests, receives and moves' {
        $app.Change | Should -Be Created
        $app.GrantedPermission | Should -HaveCount 1
        ($app | Test-MailboxConnection -Mailbox $mailbox).Verdict | Should -Be Passed

        $received = @($app | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -AfterProcessing Move -MoveTo Done)

        $received | Should -HaveCount $inbox.Count
        Get-MailSandboxMessage -Mailbox $mailbox -Folder Inbox | Should -BeNullOrEmpty
        $done = @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Done)
        $done | Should -HaveCount $inbox.Count
        foreach ($message in $received) {
            $original = $inbox | Where-Object Id -CEQ $message.Id
            [Convert]::ToHexString([IO.File]::ReadAllBytes($message.Path)) | Should -BeExactly ([Convert]::ToHexString($original.GetContent()))
        }
    }

    It 'brings the oldest first' {
        $times = @($app | Receive-MailboxMessage -Mailbox $mailbox).ReceivedAt
        $times.Count | Should -BeGreaterThan 2
        $times | Should -Be ($times | Sort-Object)
    }

    It 'leaves the third message untouched behind Select-Object -First 2' {
        $received = @($app | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -AfterProcessing Move -MoveTo Done | Select-Object -First 2)
        $received | Should -HaveCount 2
        @(Get-ChildItem $destination) | Should -HaveCount 2
        (Get-MailAdminContext).Sandbox.ActiveRequests | Should -Be 0
        # The one at which the pipeline ended was not acknowledged: it comes again, and says so.
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Done).Id | Should -Be $received[0].Id
        $again = @($app | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -First 2)
        $again.Id | Should -Be $received[1].Id, $inbox[2].Id
        $again.Redelivered | Should -Be $true, $false
    }

    It 'touches no more than -First says' {
        $received = @($app | Receive-MailboxMessage -Mailbox $mailbox -AfterProcessing Move -MoveTo Done -First 2)
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Done).Id | Should -Be $received.Id
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Inbox) | Should -HaveCount ($inbox.Count - 2)
    }

    It 'acknowledges nothing from the message on at which the pipeline throws, and marks it as redelivered next time' {
        { $app | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -AfterProcessing Move -MoveTo Done |
                ForEach-Object { if (++$script:count -eq 3) { throw 'stop here' } } } | Should -Throw 'stop here'
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Done) | Should -HaveCount 2

        $again = @($app | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -AfterProcessing Move -MoveTo Done)
        $again | Should -HaveCount ($inbox.Count - 2)
        $again[0].Redelivered | Should -BeTrue
        $again[1].Redelivered | Should -BeFalse
        @(Get-ChildItem $destination) | Should -HaveCount $inbox.Count
    }

    It 'changes nothing with -WhatIf' {
        New-MailAppRegistration -Name 'Never' -ApplicationPermission Graph/Mail.Read -WhatIf | Should -BeNullOrEmpty
        Get-MailAppRegistration -Name 'Never*' | Should -BeNullOrEmpty
        $app | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -AfterProcessing Delete -WhatIf | Should -BeNullOrEmpty
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Inbox) | Should -HaveCount $inbox.Count
        Test-Path $destination | Should -BeFalse
        Add-MailSandboxMessage $mailbox -Content "Subject: x`r`n`r`ny" -WhatIf
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Inbox) | Should -HaveCount $inbox.Count
    }

    It 'keeps two runspaces in two sandboxes apart' {
        $seen = 1..2 | ForEach-Object -Parallel {
            Import-Module $env:MAILADMIN_MODULE
            $context = Connect-MailAdmin -Sandbox
            $null = New-MailAppRegistration -Name "App $_" -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
            Start-Sleep -Milliseconds 50
            [pscustomobject]@{ Tenant = $context.TenantId; Apps = (Get-MailAppRegistration -Name 'App*').Name -join ',' }
        }
        ($seen.Tenant | Sort-Object -Unique) | Should -HaveCount 2
        ($seen.Apps | Sort-Object) | Should -Be @('App 1', 'App 2')
        (Get-MailAppRegistration -Name 'App*') | Should -BeNullOrEmpty
    }

    It 'ends soon when it is stopped against a hanging server, and leaves no request behind' {
        $sandbox = (Get-MailAdminContext).Sandbox
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                param($module, $sandbox, $mailbox)
                Import-Module $module
                $null = $sandbox | Connect-MailAdmin
                $app = New-MailAppRegistration -Name Hanging -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
                Set-MailSandbox -Fault Hang
                'hanging'
                $app | Receive-MailboxMessage -Mailbox $mailbox
            }).AddArgument($env:MAILADMIN_MODULE).AddArgument($sandbox).AddArgument($mailbox)
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
            $deadline = [datetime]::UtcNow.AddSeconds(60)
            while ($sandbox.ActiveRequests -lt 1 -and [datetime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 20 }
            $sandbox.ActiveRequests | Should -Be 1
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            $sandbox.ActiveRequests | Should -Be 0
            { $shell.EndInvoke($running) } | Should -Throw
        }
        finally {
            $shell.Dispose()
        }
    }
}
