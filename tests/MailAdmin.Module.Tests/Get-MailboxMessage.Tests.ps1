Describe 'Get-MailboxMessage' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $mixed = @'
From: =?utf-8?Q?J=C3=BCrgen?= <juergen@x.example>
To: Invoices <invoices@contoso.onmicrosoft.com>
Subject: Bericht
X-Reason: one
X-Reason: two
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html; charset=utf-8

<html><body><p>Gr&uuml;&szlig;e</p><img src="cid:logo@x"></body></html>
--r
Content-Type: image/png; name=logo.png
Content-ID: <logo@x>
Content-Disposition: inline; filename=logo.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--r--
--m
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''M%C3%A4rz.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--m
Content-Type: message/rfc822

Subject: Inner

inner body
--m--
'@
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $app = New-MailAppRegistration -Name 'Reader' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $added = Add-MailSandboxMessage $mailbox -Folder Reports -Content $mixed
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'lists without what was not asked for' {
        $message = $app | Get-MailboxMessage Reports -Mailbox $mailbox
        $message.Id | Should -BeExactly $added.Id
        $message.HasAttachments | Should -BeTrue
        $message.TextBody, $message.HtmlBody, $message.Attachment, $message.InternetHeader | Should -Be $null, $null, $null, $null
    }

    It 'brings both bodies' {
        $message = $app | Get-MailboxMessage Reports -Mailbox $mailbox -Body
        $message.TextBody.Trim() | Should -Be 'Grüße'
        $message.HtmlBody | Should -BeLike '*<img src="cid:logo@x">*'
    }

    It 'lists attachments: inline, file and attached message' {
        $message = $app | Get-MailboxMessage Reports -Mailbox $mailbox -Attachment
        $message.Attachment | Should -HaveCount 3
        $message.Attachment.Name | Should -Be 'logo.png', 'März.pdf', 'Inner'
        $message.Attachment.Kind | Should -Be File, File, Item
        $message.Attachment.IsInline | Should -Be $true, $false, $false
        $message.Attachment[0].ContentId | Should -Be 'logo@x'
        $message.Attachment[1].ContentType | Should -Be 'application/pdf'
        $message.Attachment[1].Size | Should -Be 9
    }

    It 'brings the header fields in their order' {
        $message = $app | Get-MailboxMessage Reports -Mailbox $mailbox -InternetHeader
        ($message.InternetHeader | Where-Object Name -eq X-Reason).Value | Should -Be one, two
        $message.InternetHeader[0].Name | Should -Be From
    }

    It 'reads single messages by their ids, in whatever folder' {
        $message = $app | Get-MailboxMessage -Mailbox $mailbox -Id $added.Id -Body
        $message.Subject | Should -Be Bericht
        $message.Folder | Should -Be Reports
        $message.TextBody | Should -Not -BeNullOrEmpty
    }

    It 'reports an id that is not there, or not in the folder, and reads the others' {
        $found = @($app | Get-MailboxMessage -Mailbox $mailbox -Id 'nonsense', $added.Id -ErrorVariable failed -ErrorAction SilentlyContinue)
        $found.Id | Should -BeExactly $added.Id
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'MessageNotFound*'
        { $app | Get-MailboxMessage Inbox -Mailbox $mailbox -Id $added.Id -ErrorAction Stop } | Should -Throw -ErrorId 'MessageNotFound*'
    }

    It 'refuses conditions beside an id' {
        { $app | Get-MailboxMessage -Mailbox $mailbox -Id $added.Id -Unread -ErrorAction Stop } | Should -Throw -ErrorId 'IdAndCondition*'
    }

    It 'completes messages that were listed before, without listing their folders again' {
        $listed = @($app | Get-MailboxMessage Inbox -Mailbox $mailbox -First 2)
        $complete = @($listed | Get-MailboxMessage -Body -Attachment)
        $complete.Id | Should -BeExactly $listed.Id
        $complete[0].TextBody | Should -Not -BeNullOrEmpty
        $complete[0].Folder | Should -Be Inbox
    }

    It 'lists the folders that are piped to it' {
        $folders = @($app | Get-MailFolder -Mailbox $mailbox)
        $subjects = @($folders | Get-MailboxMessage).Subject
        $subjects | Should -Contain Bericht
        $subjects.Count | Should -Be @(Get-MailSandboxMessage -Mailbox $mailbox).Count
    }

    It 'asks the server for what meets the conditions' {
        $null = Add-MailSandboxMessage $mailbox -Folder Many -Content "From: O'Brien <ob@x.example>`r`nSubject: it's 100%`r`n`r`nx" -ReceivedAt '2026-03-04T05:06:07Z'
        $null = Add-MailSandboxMessage $mailbox -Folder Many -Content "From: b@x.example`r`nSubject: other`r`n`r`nx" -ReceivedAt '2026-03-04T05:06:08Z' -Read
        $all = @{ Mailbox = $mailbox; Folder = 'Many'; App = $app }
        (Get-MailboxMessage @all -Subject "IT'S").Subject | Should -Be "it's 100%"
        (Get-MailboxMessage @all -From ob@x.example).Subject | Should -Be "it's 100%"
        (Get-MailboxMessage @all -Unread).Subject | Should -Be "it's 100%"
        (Get-MailboxMessage @all -Since '2026-03-04T05:06:08Z').Subject | Should -Be other
        (Get-MailboxMessage @all -Before '2026-03-04T05:06:08Z').Subject | Should -Be "it's 100%"
        (Get-MailboxMessage @all -First 1).Subject | Should -Be other
    }

    It 'lists with the least permission there is, and says what bodies need' {
        $monitor = New-MailAppRegistration -Name 'Monitor' -ApplicationPermission Graph/Mail.ReadBasic.All -TenantWide -Confirm:$false
        ($monitor | Get-MailboxMessage Reports -Mailbox $mailbox).Subject | Should -Be Bericht
        { $monitor | Get-MailboxMessage Reports -Mailbox $mailbox -Attachment -ErrorAction Stop } | Should -Throw -ErrorId 'AccessDenied*'
    }

    It 'shows attachments and header fields in tables' {
        $message = $app | Get-MailboxMessage Reports -Mailbox $mailbox -Attachment -InternetHeader
        $message.Attachment | Out-String | Should -Match 'logo\.png\s+File\s+image/png\s+8\s+True'
        $message.InternetHeader | Out-String | Should -Match 'X-Reason\s+two'
    }
}
