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
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $app = New-MailAppRegistration -Name 'Receiver' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide
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
        @(Get-ChildItem $destination -Recurse -File -Force) | Should -HaveCount 3
    }

    It 'overwrites no attachment when a message comes again' {
        $first = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -SaveAttachment
        Set-Content $first.Attachment[0].Path 'changed'
        $again = $app | Receive-MailboxMessage Work -Mailbox $mailbox -Destination $destination -SaveAttachment
        $again.Redelivered | Should -BeTrue
        $again.Attachment.Path | Should -Be $first.Attachment.Path
        Get-Content $first.Attachment[0].Path | Should -Be changed
    }

    It 'needs a destination for attachments' {
        { $app | Receive-MailboxMessage Work -Mailbox $mailbox -SaveAttachment -ErrorAction Stop } | Should -Throw -ErrorId 'SaveAttachmentNeedsDestination*'
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
                $app = New-MailAppRegistration -Name Receiver2 -ApplicationPermission Graph/Mail.ReadWrite -TenantWide
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
        $there = New-MailAppRegistration -Name Receiver -ApplicationPermission Graph/Mail.ReadWrite -TenantWide
        { $there | Receive-MailboxMessage -Mailbox $mailbox -Destination $destination -AfterProcessing Purge -Force -ErrorAction Stop } |
            Should -Throw -ErrorId 'PurgeNotAvailable*'
        Test-Path $destination | Should -BeFalse
    }
}
