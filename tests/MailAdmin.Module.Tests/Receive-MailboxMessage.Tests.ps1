Describe 'Receive-MailboxMessage' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $mixed = @'
From: a@x.example
Subject: two files
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

text
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="../report.txt"

first
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="REPORT.txt"

second
--b--
'@
        function Add-Mail([string] $Folder, [string] $Subject, [string] $From = 'a@x.example', [Nullable[datetimeoffset]] $At) {
            $time = if ($At) { @{ ReceivedAt = $At } } else { @{} }
            $null = Add-MailSandboxMessage $mailbox -Folder $Folder -Content "From: $From`nSubject: $Subject`n`ntext" @time
        }
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $app = New-MailAppRegistration -Name 'Receiver' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $destination = Join-Path $TestDrive ([guid]::NewGuid())
        $null = Add-MailSandboxMessage $mailbox -Folder Work -Content $mixed
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'saves attachments in a folder beside the message, before the message is emitted' {
        $received = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -SaveAttachment |
            ForEach-Object { $_.Attachment | Should -Exist; $_ }
        $folder = $received.Path -replace '\.eml$'
        $received.Attachment.Path | Should -Be (Join-Path $folder report.txt), (Join-Path $folder 'REPORT (2).txt')
        Get-Content $received.Attachment | Should -Be first, second
        $received.Attachment[0].Name | Should -Be '../report.txt'
        @(Get-ChildItem $destination -Recurse -File) | Should -HaveCount 3
    }

    It 'overwrites no attachment when a message comes again' {
        $first = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -SaveAttachment
        Set-Content $first.Attachment[0].Path 'changed'
        $again = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -SaveAttachment -Resync
        $again.Redelivered | Should -BeTrue
        $again.Attachment.Path | Should -Be $first.Attachment.Path
        Get-Content $first.Attachment[0].Path | Should -Be changed
    }

    It 'needs a destination for attachments' {
        { $app | Receive-MailboxMessage Work -Mailbox $mailbox -SaveAttachment -ErrorAction Stop } | Should -Throw -ErrorId 'SaveAttachmentRequiresDestination*'
    }

    It 'purges with -Force: the message is in no folder that anybody sees' {
        $received = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -AfterProcessing Purge -Force
        $received.AfterProcessing | Should -Be Purge
        $received.Path | Should -Exist
        (Get-MailSandboxMessage -Mailbox $mailbox | Where-Object Subject -EQ 'two files').Folder | Should -Be 'Recoverable Items/Purges'
    }

    It 'purges without asking when -Confirm is off, or $ConfirmPreference is' {
        $null = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -AfterProcessing Purge -Confirm:$false
        Get-MailSandboxMessage -Mailbox $mailbox -Folder Work | Should -BeNullOrEmpty
        $null = Add-MailSandboxMessage $mailbox -Folder Work -Content $mixed
        & {
            $ConfirmPreference = 'None'
            $null = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -AfterProcessing Purge
        }
        Get-MailSandboxMessage -Mailbox $mailbox -Folder Work | Should -BeNullOrEmpty
    }

    It 'asks before it purges, so that nothing is purged where nobody can answer' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                param($module, $sandbox, $mailbox)
                Import-Module $module
                $null = $sandbox | Connect-MailAdmin
                $app = New-MailAppRegistration -Name Receiver2 -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
                $app | Receive-MailboxMessage Work -Mailbox $mailbox -AfterProcessing Purge
            }).AddArgument($env:MAILADMIN_MODULE).AddArgument((Get-MailAdminContext).Sandbox).AddArgument($mailbox)
            # A runspace without a host can't ask.
            $shell.Invoke() | Should -BeNullOrEmpty
            $shell.HadErrors | Should -BeTrue
        }
        finally {
            $shell.Dispose()
        }
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Work) | Should -HaveCount 1
    }

    It 'does not purge with -WhatIf, whatever else is given' {
        $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -AfterProcessing Purge -Force -WhatIf | Should -BeNullOrEmpty
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Work) | Should -HaveCount 1
        Test-Path $destination | Should -BeFalse
    }

    It 'refuses to purge in a national cloud before anything is received' {
        $null = New-MailSandbox -Environment USGov | Connect-MailAdmin
        $there = New-MailAppRegistration -Name Receiver -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        { $there | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -AfterProcessing Purge -Force -ErrorAction Stop } |
            Should -Throw -ErrorId 'PurgeNotAvailable*'
        Test-Path $destination | Should -BeFalse
    }

    Context 'when a later stage fails' {
        BeforeEach {
            1..20 | ForEach-Object { Add-Mail Twenty "Message $_" -At (([datetimeoffset]'2026-01-01Z').AddMinutes($_)) }
        }

        It 'acknowledges what came before a throw at message 7 of 20, and brings 7 to 20 again' {
            {
                $app | Receive-MailboxMessage Twenty -Mailbox $mailbox -Destination $destination -AfterProcessing Move -MoveTo Done |
                    ForEach-Object { if ($_.Subject -eq 'Message 7') { throw 'downstream' } }
            } | Should -Throw 'downstream'
            (Get-MailSandboxMessage -Mailbox $mailbox -Folder Done).Subject | Should -Be (1..6 | ForEach-Object { "Message $_" })
            $again = $app | Receive-MailboxMessage Twenty -Mailbox $mailbox -Destination $destination -AfterProcessing Move -MoveTo Done
            $again.Subject | Should -Be (7..20 | ForEach-Object { "Message $_" })
            @($again | Where-Object Redelivered).Subject | Should -Be 'Message 7'
            @(Get-ChildItem $destination -Filter *.eml) | Should -HaveCount 20
        }

        It 'leaves the message in hand to come again when a stage wants no more' {
            $null = $app | Receive-MailboxMessage Twenty -Mailbox $mailbox -Destination $destination -AfterProcessing Delete | Select-Object -First 3
            @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Twenty) | Should -HaveCount 18
        }
    }

    It 'brings what is new since the last run when messages stay' {
        $receive = { $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination }
        (& $receive).Subject | Should -Be 'two files'
        & $receive | Should -BeNullOrEmpty
        Add-Mail Work 'later'
        (& $receive).Subject | Should -Be 'later'
        Remove-Item $destination/*.eml
        & $receive | Should -BeNullOrEmpty
        @($app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -Resync) | Should -HaveCount 2
    }

    It 'refuses a second run on the same folder and destination, and says who is at it' {
        $refusal = $null
        $null = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination | ForEach-Object {
            $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -ErrorVariable refusal -ErrorAction SilentlyContinue
        }
        $refusal[0].FullyQualifiedErrorId | Should -BeLike 'DestinationInUse*'
        "$($refusal[0])" | Should -BeLike "*process $PID *"
    }

    It 'receives from several mailboxes, each in its order, and reports the one that fails' {
        $others = (Get-MailAdminContext).Sandbox.Mailbox[0, 1]
        $received = $app | Receive-MailboxMessage -Mailbox ($others + 'nobody@contoso.onmicrosoft.com') -AfterProcessing MarkRead -ErrorVariable failed -ErrorAction SilentlyContinue
        $received | Group-Object Mailbox | ForEach-Object Name | Sort-Object | Should -Be ($others | Sort-Object)
        foreach ($group in $received | Group-Object Mailbox) {
            $group.Group.ReceivedAt | Should -Be ($group.Group.ReceivedAt | Sort-Object)
        }
        @($failed) | Should -HaveCount 1
        $failed[0].TargetObject | Should -Be 'nobody@contoso.onmicrosoft.com'
    }

    It 'receives from folders below, filters, and copies before it moves' {
        Add-Mail Work/Bills 'bill 1' -From pay@x.example
        Add-Mail Work/Bills/2026 'bill 2' -From pay@x.example
        $received = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Recurse -From pay@x.example -Subject bill -CopyTo Copies -AfterProcessing Move -MoveTo Work/Done
        $received.Subject | Should -Be 'bill 1', 'bill 2'
        (Get-MailSandboxMessage -Mailbox $mailbox -Folder Copies).Subject | Sort-Object | Should -Be 'bill 1', 'bill 2'
        (Get-MailSandboxMessage -Mailbox $mailbox -Folder Work/Done).Subject | Sort-Object | Should -Be 'bill 1', 'bill 2'
        (Get-MailSandboxMessage -Mailbox $mailbox -Folder Work).Subject | Should -Be 'two files'
    }

    It 'brings objects with bodies and attachments when there is no destination, over both protocols alike' {
        $imap = New-MailAppRegistration -Name 'Imap receiver' -ApplicationPermission Exchange/IMAP.AccessAsApp -TenantWide -Confirm:$false
        Set-MailSandbox -ImapAccess $imap.ClientId -Mailbox $mailbox
        $byGraph = $app | Receive-MailboxMessage Work -Mailbox $mailbox
        $byImap = $imap | Receive-MailboxMessage Work -Mailbox $mailbox -Protocol Imap
        foreach ($message in $byGraph, $byImap) {
            $message.TextBody.Trim() | Should -Be text
            $message.Attachment.Name | Should -Be '../report.txt', 'REPORT.txt'
        }
    }

    It 'keeps receiving with -Wait until a stage has enough' {
        $count = 0
        $received = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -AfterProcessing Delete -Wait -PollInterval 1 | ForEach-Object {
            if (++$count -lt 3) {
                Add-Mail Work "after $count"
            }
            $_
        } | Select-Object -First 3
        $received.Subject | Should -Be 'two files', 'after 1', 'after 2'
    }

    It 'stops within a second while it waits, and closes what it opened' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                param($module, $sandbox, $mailbox, $destination)
                Import-Module $module
                $null = $sandbox | Connect-MailAdmin
                $app = New-MailAppRegistration -Name Waiter -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
                $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -AfterProcessing Delete -Wait
            }).AddArgument($env:MAILADMIN_MODULE).AddArgument((Get-MailAdminContext).Sandbox).AddArgument($mailbox).AddArgument($destination)
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
            while ((Get-MailSandboxMessage -Mailbox $mailbox -Folder Work) -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 20 }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 1.5
            $output.Subject | Should -Be 'two files'
        }
        finally {
            $shell.Dispose()
        }
        # Nobody holds the lock any more.
        $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -AfterProcessing Delete -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'says where deleted messages go, and reads them back from there' {
        $received = $app | Receive-MailboxMessage Work -Mailbox $mailbox -AfterProcessing Delete
        $received.DeletedTo | Should -Be 'Deleted Items'
        $back = 'RecoverableItems', 'DeletedItems' | ForEach-Object { $app | Receive-MailboxMessage $_ -Mailbox $mailbox }
        $back.Subject | Should -Contain 'two files'
        { $app | Receive-MailboxMessage RecoverableItems -Mailbox $mailbox -Protocol Imap -ErrorAction Stop } | Should -Throw -ErrorId 'FolderRequiresGraph*'
        { $app | Receive-MailboxMessage -Mailbox $mailbox -Protocol Imap -CopyTo a@b.example -ErrorAction Stop } | Should -Throw -ErrorId 'ForwardingRequiresGraph*'
    }
}
