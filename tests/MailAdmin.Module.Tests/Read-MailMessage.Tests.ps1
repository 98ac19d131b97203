Describe 'Read-MailMessage' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $app = New-MailAppRegistration -Name 'Reader' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $into = Join-Path $TestDrive ([guid]::NewGuid())
        $received = $app | Receive-MailboxMessage -Mailbox $mailbox -Destination $into
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'gives the same objects as the mailbox' {
        $read = Read-MailMessage -Path (Join-Path $into '*.eml')
        $read.Subject | Should -Be $received.Subject
        $read.Path | Should -Be $received.Path
        $whole = $app | Get-MailboxMessage -Mailbox $mailbox -Id $received[0].Id -Body -Attachment
        $read[0].TextBody, $read[0].HtmlBody, $read[0].Kind, $read[0].HasAttachments |
            Should -Be $whole.TextBody, $whole.HtmlBody, $whole.Kind, $whole.HasAttachments
        $read[0].Attachment.Name | Should -Be $whole.Attachment.Name
        $read[0].InternetHeader.Count | Should -BeGreaterThan 3
    }

    It 'saves the attachments of files from the pipeline' {
        $saved = Get-ChildItem $into -Filter *.eml | Read-MailMessage -SaveAttachment
        $files = $saved.Attachment.Path | Where-Object { $_ }
        $files | Should -Not -BeNullOrEmpty
        $files | Should -Exist
    }

    It 'reports a file that is no message, and reads the others' {
        $other = Join-Path $into 'a.eml'
        Set-Content $other "%PDF-1.4`nno: message"
        $read = Read-MailMessage -Path $other, $received[0].Path, (Join-Path $into missing.eml) -ErrorVariable failures -ErrorAction SilentlyContinue
        $read.Path | Should -Be $received[0].Path
        $failures.FullyQualifiedErrorId | Should -BeLike '*,*'
        ($failures.FullyQualifiedErrorId -split ',')[0, 2] | Should -Be NotAMessage, MessageFileNotReadable
    }

    It 'leaves messages of other kinds untouched on the server' {
        $null = Add-MailSandboxMessage $mailbox -Folder Kinds -Content "From: a@b.example`nSubject: away`nAuto-Submitted: auto-replied`n`nAway"
        $null = Add-MailSandboxMessage $mailbox -Folder Kinds -Content "From: a@b.example`nSubject: invoice`n`nInvoice"
        $writer = New-MailAppRegistration -Name 'Writer' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $got = $writer | Receive-MailboxMessage Kinds -Mailbox $mailbox -Destination (Join-Path $into k) -ExcludeKind AutoReply -AfterProcessing Delete
        $got.Subject | Should -Be invoice
        $got.Kind | Should -Be Message
        ($writer | Get-MailboxMessage Kinds -Mailbox $mailbox).Subject | Should -Be away
        $bare = $writer | Receive-MailboxMessage Kinds -Mailbox $mailbox -Kind AutoReply -First 1
        $bare.Subject, $bare.Kind | Should -Be away, AutoReply
    }
}
