# What comes through the pipeline stands for itself: a message for that message, a folder for that folder.
Describe 'Objects from the pipeline' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        function Add-Mail([string] $Folder, [string[]] $Subject, [string] $To = $mailbox) {
            foreach ($one in $Subject) {
                $script:minute++
                $null = Add-MailSandboxMessage $To -Folder $Folder -Content "From: a@x.example`nTo: b@x.example`nSubject: $one`nMessage-ID: <$($one -replace '\W', '.')@x.example>`n`ntext" `
                    -ReceivedAt ([datetimeoffset]'2026-01-01Z').AddMinutes($script:minute)
            }
        }
        function Get-Left([string] $Folder, [string] $Of = $mailbox) { @(Get-MailSandboxMessage -Mailbox $Of -Folder $Folder).Subject }
    }

    BeforeEach {
        $script:minute = 0
        $null = Connect-MailAdmin -Sandbox
        $mailbox, $other = (Get-MailAdminContext).Sandbox.Mailbox[0, 1]
        $app = New-MailAppRegistration -Name 'Receiver' -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send, Exchange/IMAP.AccessAsApp -TenantWide -Confirm:$false
        Set-MailSandbox -ImapAccess $app.ClientId -Mailbox $mailbox, $other
        $destination = Join-Path $TestDrive ([guid]::NewGuid())
        Add-Mail Work 'Invoice 1', 'Note 2', 'Invoice 3', 'Note 4', 'Note 5'
        $all = 'Invoice 1', 'Note 2', 'Invoice 3', 'Note 4', 'Note 5'
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    Context 'Receive-MailboxMessage over <Protocol>' -ForEach @{ Protocol = 'Graph' }, @{ Protocol = 'Imap' } {
        BeforeEach {
            $over = @{ App = $app; Mailbox = $mailbox; Protocol = $Protocol }
        }

        It 'receives and deletes the messages that are piped, and no other' {
            $received = Get-MailboxMessage Work @over | Where-Object Subject -Like 'Invoice*' |
                Receive-MailboxMessage -Destination $destination -AfterProcessing Delete
            $received.Subject | Should -Be 'Invoice 1', 'Invoice 3'
            Get-Left Work | Should -Be 'Note 2', 'Note 4', 'Note 5'
            @(Get-ChildItem $destination -Filter *.eml) | Should -HaveCount 2
        }

        It 'receives messages of several folders and mailboxes in one pipeline' {
            Add-Mail Work/Bills 'Invoice 6', 'Note 7'
            Add-Mail Work 'Invoice 8', 'Note 9' -To $other
            $listed = foreach ($one in $mailbox, $other) {
                foreach ($folder in $one -eq $other ? 'Work' : 'Work', 'Work/Bills') {
                    # Each with a connection of its own.
                    $app | Get-MailboxMessage $folder -Mailbox $one -Protocol $Protocol | Where-Object Subject -Like 'Invoice*'
                    $app | Get-MailboxMessage $folder -Mailbox $one -Protocol $Protocol | Where-Object Subject -EQ 'Note 4'
                }
            }
            $received = $listed | Receive-MailboxMessage -Destination $destination -AfterProcessing Move -MoveTo Done
            $received.Subject | Sort-Object | Should -Be 'Invoice 1', 'Invoice 3', 'Invoice 6', 'Invoice 8', 'Note 4'
            Get-Left Work | Should -Be 'Note 2', 'Note 5'
            Get-Left Work/Bills | Should -Be 'Note 7'
            Get-Left Work $other | Should -Be 'Note 9'
        }

        It 'receives a read message with MarkRead, because it was chosen' {
            $null = Add-MailSandboxMessage $mailbox -Folder Work -Content "Subject: read`n`nx" -Read
            (Get-MailboxMessage Work @over -Subject read | Receive-MailboxMessage -AfterProcessing MarkRead).Subject | Should -Be read
        }

        It 'names the messages with -WhatIf, and touches nothing' {
            # What -WhatIf writes goes to the host: a transcript has it.
            $transcript = Join-Path $TestDrive "$([guid]::NewGuid()).txt"
            $null = Start-Transcript $transcript
            try {
                Get-MailboxMessage Work @over | Where-Object Subject -Like 'Invoice*' |
                    Receive-MailboxMessage -Destination $destination -AfterProcessing Delete -WhatIf | Should -BeNullOrEmpty
            }
            finally {
                $null = Stop-Transcript
            }
            $said = (Get-Content $transcript -Raw) -replace '\s+', ' '
            $said | Should -BeLike "*$($mailbox): Work, 2 messages: 'Invoice 1', 'Invoice 3'*"
            Test-Path $destination | Should -BeFalse
            Get-Left Work | Should -Be $all
        }

        It 'reports a message that is gone, and touches nothing in its place' {
            $listed = Get-MailboxMessage Work @over | Where-Object Subject -Like 'Invoice*'
            $null = $listed | Where-Object Subject -EQ 'Invoice 1' | Receive-MailboxMessage -AfterProcessing Delete
            $received = $listed | Receive-MailboxMessage -AfterProcessing Delete -ErrorVariable failed -ErrorAction SilentlyContinue
            $received.Subject | Should -Be 'Invoice 3'
            @($failed) | Should -HaveCount 1
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'MessageNotFound*'
            $failed[0].TargetObject | Should -Be ($listed | Where-Object Subject -EQ 'Invoice 1').Id
            Get-Left Work | Should -Be 'Note 2', 'Note 4', 'Note 5'
        }

        It 'refuses conditions beside messages' {
            $listed = Get-MailboxMessage Work @over
            foreach ($condition in @{ Subject = 'Note' }, @{ First = 1 }, @{ Unread = $true }, @{ Recurse = $true }, @{ Wait = $true }, @{ Resync = $true }) {
                $listed | Receive-MailboxMessage -Destination $destination @condition -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
                @($failed) | Should -HaveCount 1
                $failed[0].FullyQualifiedErrorId | Should -BeLike 'IdAndCondition*'
            }
            { $listed | Receive-MailboxMessage -Folder Work -Destination $destination -AfterProcessing Delete -ErrorAction Stop } | Should -Throw
            Get-Left Work | Should -Be $all
        }

        It 'leaves the position of the folder where it was when messages stay' {
            $receive = { $app | Receive-MailboxMessage Work -Mailbox $mailbox -Protocol $Protocol -Destination $destination }
            (Get-MailboxMessage Work @over | Where-Object Subject -EQ 'Note 4' | Receive-MailboxMessage -Destination $destination).Subject | Should -Be 'Note 4'
            (& $receive).Subject | Should -Be 'Invoice 1', 'Note 2', 'Invoice 3', 'Note 5'
            & $receive | Should -BeNullOrEmpty
        }

        It 'brings everything else after a run with <Name>' -ForEach @(
            @{ Name = 'no match'; Filter = @{ Subject = 'zzz' }; Count = 0 }
            @{ Name = '-Subject'; Filter = @{ Subject = 'Invoice' }; Count = 2 }
            @{ Name = '-From'; Filter = @{ From = 'nobody@x.example' }; Count = 0 }
            @{ Name = '-Since'; Filter = @{ Since = [datetimeoffset]'2026-01-01T00:04Z' }; Count = 2 }
            @{ Name = '-Before'; Filter = @{ Before = [datetimeoffset]'2026-01-01T00:02Z' }; Count = 1 }
            @{ Name = '-Unread'; Filter = @{ Unread = $true }; Count = 5 }
            @{ Name = '-First'; Filter = @{ First = 3 }; Count = 3 }
        ) {
            $receive = { param($filter = @{}) @($app | Receive-MailboxMessage Work -Mailbox $mailbox -Protocol $Protocol -Destination $destination @filter) }
            $first = & $receive $Filter
            $first | Should -HaveCount $Count
            $rest = & $receive
            @($first.Subject) + @($rest.Subject) | Where-Object { $_ } | Sort-Object | Should -Be ($all | Sort-Object)
            & $receive | Should -BeNullOrEmpty
        }

        It 'receives from a folder that is piped, and from no other' {
            Add-Mail Work/Bills 'Invoice 6'
            $received = Get-MailFolder Work/Bills @over | Receive-MailboxMessage -AfterProcessing Move -MoveTo Done
            $received.Subject | Should -Be 'Invoice 6'
            Get-Left Work | Should -Be $all
            $inbox = @(Get-Left Inbox).Count
            { Get-MailFolder Work/Bills @over | Receive-MailboxMessage -Folder Inbox -AfterProcessing Delete -ErrorAction Stop } | Should -Throw
            @(Get-Left Inbox) | Should -HaveCount $inbox
        }
    }

    It 'refuses a message where the mailbox is given by name, instead of taking it for its folder' {
        $connection = $app | New-MailboxConnection -Mailbox $mailbox
        $message = $app | Get-MailboxMessage Work -Mailbox $mailbox -First 1
        $received = $app | Receive-MailboxMessage Work -Mailbox $mailbox -First 1
        $sandboxed = Get-MailSandboxMessage -Mailbox $mailbox -Folder Work | Select-Object -First 1
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).xml"
        $message | Select-Object * -ExcludeProperty Connection | Export-Clixml $file
        $parts = $message, $received, $sandboxed, ($message | Select-Object Mailbox, Folder), ($message | Select-Object *), (Import-Clixml $file),
            [pscustomobject]@{ Id = $message.Id; Mailbox = $mailbox; Folder = 'Work' }
        foreach ($by in @{ App = $app }, @{ App = $app; Mailbox = $mailbox }, @{ Connection = $connection }) {
            foreach ($part in $parts) {
                foreach ($command in
                    { $part | Receive-MailboxMessage @by -AfterProcessing Delete -ErrorAction Stop },
                    { $part | Get-MailboxMessage @by -ErrorAction Stop },
                    { $part | Get-MailFolder @by -ErrorAction Stop },
                    { $part | New-MailFolder @by -ErrorAction Stop },
                    { $part | Test-MailboxConnection @by -ErrorAction Stop },
                    { $part | Send-MailboxMessage @by -ErrorAction Stop }) {
                    $command | Should -Throw
                }
            }
        }
        { $message | Receive-MailboxMessage -App $app -AfterProcessing Delete -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
        { $message | Test-MailboxConnection -Connection $connection -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
        { $message | Send-MailboxMessage -Connection $connection -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
        Get-Left Work | Should -Be $all
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder SentItems) | Should -BeNullOrEmpty
        ($app | Get-MailFolder -Mailbox $mailbox).Name | Should -Not -BeLike '*Invoice*'
    }

    It 'takes a message without a mailbox by name for nothing but that message' {
        $message = $app | Get-MailboxMessage Work -Mailbox $mailbox -First 1
        foreach ($command in
            { $message | Get-MailFolder -ErrorAction Stop },
            { $message | New-MailFolder -ErrorAction Stop },
            { $message | Test-MailboxConnection -ErrorAction Stop },
            { $message | Select-Object Subject, Folder, Connection | Receive-MailboxMessage -AfterProcessing Delete -ErrorAction Stop }) {
            $command | Should -Throw
        }
        @($message | Get-MailboxMessage -Body).Subject | Should -Be $message.Subject
        Get-Left Work | Should -Be $all
    }

    It 'changes no mailbox on account of a message or a folder in it' {
        $message = $app | Get-MailboxMessage Work -Mailbox $mailbox -First 1
        $folder = $app | Get-MailFolder Work -Mailbox $mailbox
        foreach ($part in $message, $folder) {
            { $part | Grant-MailboxAccess -App $app -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
            { $part | Revoke-MailboxAccess -Id $app.ClientId -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
            { $part | Set-MailboxSetting -ImapEnabled $false -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
        }
        ($mailbox, [pscustomobject]@{ Mailbox = $other } | Set-MailboxSetting -TimeZone Europe/Berlin -Language de-DE).Mailbox | Should -Be $mailbox, $other
    }

    It 'never takes a message or a folder for its mailbox: <_>' -ForEach 'Get-MailboxSetting', 'Test-MailAppAccess -App $app',
        'Install-MailApp Jim2', 'New-MailboxConnection -App $app', 'New-MailAppRegistration -Name Part', 'Get-MailboxAccess -App $app' {
        $message = $app | Get-MailboxMessage Work -Mailbox $mailbox -First 1
        $parts = $message, ($message | Select-Object *), ($message | Receive-MailboxMessage), ($app | Get-MailFolder Work -Mailbox $mailbox)
        foreach ($part in $parts) {
            { & ([scriptblock]::Create("`$part | $_ -ErrorAction Stop")) } | Should -Throw
        }
        @(Get-MailAppRegistration).Name | Sort-Object | Should -Be 'MailAdmin', 'Receiver'
    }

    It 'takes wildcards in -Subject and -From as PowerShell does, over <_>' -ForEach 'Graph', 'Imap' {
        $over = @{ App = $app; Mailbox = $mailbox; Protocol = $_ }
        (Get-MailboxMessage Work @over -Subject '*3').Subject | Should -Be 'Invoice 3'
        (Get-MailboxMessage Work @over -Subject 'Invoice ?' -From '*@x.*').Subject | Should -Be 'Invoice 3', 'Invoice 1'
        Get-MailboxMessage Work @over -Subject 'Invoice' -From '*@y.*' | Should -BeNullOrEmpty
        Get-MailboxMessage Work @over -Subject 'voice*' | Should -BeNullOrEmpty
        Add-Mail Work '[Ticket 5] really?'
        (Get-MailboxMessage Work @over -Subject '`[Ticket 5`] really`?').Subject | Should -Be '[Ticket 5] really?'
        $told = Receive-MailboxMessage Work @over -Subject '*Invoice*' -Destination $destination -Verbose 4>&1
        $told.Where({ $_ -is [MailAdmin.ReceivedMessage] }).Subject | Should -Be 'Invoice 1', 'Invoice 3'
        "$($told.Where({ $_ -is [System.Management.Automation.VerboseRecord] }))" | Should -BeLike "*can't filter by the wildcards*"
        (Receive-MailboxMessage Work @over -Destination $destination).Subject | Should -Be 'Note 2', 'Note 4', 'Note 5', '[Ticket 5] really?'
    }

    It 'says what is remembered, shows it, and sets it back, over <_>' -ForEach 'Graph', 'Imap' {
        $over = @{ App = $app; Mailbox = $mailbox; Protocol = $_ }
        $to = @{ Destination = $destination }
        $state = Join-Path $destination .mailadmin
        (Receive-MailboxMessage Work @over @to).Count | Should -Be 5
        $told = Receive-MailboxMessage Work @over @to -Verbose 4>&1
        "$told" | Should -Match "'Work' was last checked at \d{4}-\d\d-\d\d .* UTC\. 5 messages were received before and aren't received again\."
        $folder = Get-MailFolder Work @over -StatePath $state
        $folder.ReceivedCount | Should -Be 5
        $folder.LastChecked | Should -Not -BeNullOrEmpty
        (Get-MailFolder Inbox @over -StatePath $state).LastChecked | Should -BeNullOrEmpty

        (Receive-MailboxMessage Work @over @to -LastChecked '2026-01-01T00:04Z').Subject | Should -Be 'Note 4', 'Note 5'
        Receive-MailboxMessage Work @over @to | Should -BeNullOrEmpty
        Add-Mail Work 'Invoice 6'
        (Receive-MailboxMessage Work @over @to).Subject | Should -Be 'Invoice 6'
        Receive-MailboxMessage Work @over @to -LastChecked '2027-01-01Z' | Should -BeNullOrEmpty
        Receive-MailboxMessage Work @over @to | Should -BeNullOrEmpty
        { Receive-MailboxMessage Work @over @to -LastChecked '2026-01-01Z' -AfterProcessing Delete -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToRemember*'
    }

    It 'says with -Verbose that a later command leaves nothing alone' {
        $told = Receive-MailboxMessage Work -App $app -Mailbox $mailbox -AfterProcessing Delete -Verbose 4>&1 | Where-Object { "$_" -like 'Each received message*' }
        "$told" | Should -BeLike '*-Subject*pipe the messages of Get-MailboxMessage*'
        Get-Left Work | Should -BeNullOrEmpty
    }

    It 'processes each message before the next comes with -BatchSize 1, over <_>' -ForEach 'Graph', 'Imap' {
        $left = Receive-MailboxMessage Work -App $app -Mailbox $mailbox -Protocol $_ -AfterProcessing Delete -BatchSize 1 | ForEach-Object { @(Get-Left Work).Count }
        $left | Should -Be 5, 4, 3, 2, 1
    }

    It 'refuses what has nothing to say to a cmdlet, and takes the rows that have' {
        { 42 | Test-MailboxConnection -App $app -Mailbox $mailbox -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
        { [pscustomobject]@{ Color = 'red' } | Receive-MailboxMessage -App $app -Mailbox $mailbox -AfterProcessing Delete -ErrorAction Stop } |
            Should -Throw -ErrorId 'InputNotAccepted*'
        Add-Mail Rows 'by row' -To $other
        $row = [pscustomobject]@{ Mailbox = $other; Folder = 'Rows' }
        ($row | Receive-MailboxMessage -App $app -AfterProcessing Delete).Subject | Should -Be 'by row'
        Get-Left Work | Should -Be $all
    }

    It 'works on the folder that is piped to <_>' -ForEach 'Get-MailFolder', 'Get-MailboxMessage', 'New-MailFolder', 'Test-MailboxConnection' {
        Add-Mail Work/Bills 'Invoice 6'
        $connection = $app | New-MailboxConnection -Mailbox $mailbox
        $folder = $connection | Get-MailFolder Work
        switch ($_) {
            'Get-MailFolder' {
                ($folder | Get-MailFolder -Recurse).Path | Should -Be Work, Work/Bills
                { $folder | Get-MailFolder -App $app -Recurse -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
            }
            'Get-MailboxMessage' {
                ($folder | Get-MailboxMessage -Subject Note -First 2).Subject | Should -Be 'Note 5', 'Note 4'
                { $folder | Get-MailboxMessage -App $app -Folder Inbox -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
            }
            'New-MailFolder' {
                ($folder | New-MailFolder).Change | Should -Be Unchanged
                { $folder | New-MailFolder -Path Elsewhere -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
            }
            'Test-MailboxConnection' {
                (($folder | Test-MailboxConnection).Checks | Where-Object Name -EQ Folder).Evidence | Should -BeLike '*Work*'
                { $folder | Test-MailboxConnection -Connection $connection -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
            }
        }
    }
}
